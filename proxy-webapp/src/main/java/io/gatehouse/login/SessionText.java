package io.gatehouse.login;

import io.gatehouse.spi.Identity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Sessions and identities as bytes, as short as a cookie wants them. Only what {@link KeyRing} has opened is read. */
public final class SessionText {

    /** A release that writes other bytes writes another number, and takes these for no session. */
    private static final int VERSION = 1;

    /** No identity that is let in is longer than this. */
    private static final int MAX_LENGTH = 256 * 1024;

    private SessionText() {}

    static byte[] of(Session session) {
        return compressed(out -> {
            out.writeUTF(session.id());
            out.writeUTF(session.authenticator());
            write(out, session.identity());
            out.writeLong(session.began().toEpochMilli());
            out.writeLong(session.proven().toEpochMilli());
            out.writeLong(session.used().toEpochMilli());
        });
    }

    /** @return nothing for what another release has written */
    static Optional<Session> session(byte[] bytes) {
        return read(
                bytes,
                in -> new Session(in.readUTF(), in.readUTF(), readIdentity(in), instant(in), instant(in), instant(in)));
    }

    /** What is written by hand. */
    public interface Writer {
        void to(DataOutputStream out) throws IOException;
    }

    /** What is read by hand. */
    public interface Reader<T> {
        T from(DataInputStream in) throws IOException;
    }

    /** Bytes that {@link #read} reads. */
    public static byte[] compressed(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(VERSION);
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try (DataOutputStream out = new DataOutputStream(deflating(bytes, deflater))) {
            writer.to(out);
        } catch (IOException e) {
            throw new IllegalArgumentException("a name is longer than 64 KB", e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    private static OutputStream deflating(OutputStream to, Deflater deflater) {
        return new DeflaterOutputStream(to, deflater);
    }

    /** @return nothing for what another release has written */
    public static <T> Optional<T> read(byte[] bytes, Reader<T> reader) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            return Optional.empty();
        }
        Inflater inflater = new Inflater(true);
        try (InputStream plain =
                        new InflaterInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1), inflater);
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain.readNBytes(MAX_LENGTH)))) {
            return Optional.of(reader.from(in));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        } finally {
            inflater.end();
        }
    }

    /** Writes who it is. */
    public static void write(DataOutputStream out, Identity identity) throws IOException {
        out.writeUTF(identity.user());
        out.writeUTF(identity.uid().orElse(""));
        write(out, identity.groups());
        out.writeInt(identity.extra().size());
        for (Map.Entry<String, List<String>> extra : identity.extra().entrySet()) {
            out.writeUTF(extra.getKey());
            write(out, extra.getValue());
        }
        out.writeUTF(identity.method());
        out.writeLong(identity.expires().map(Instant::toEpochMilli).orElse(0L));
    }

    /** Reads who it is. */
    public static Identity readIdentity(DataInputStream in) throws IOException {
        String user = in.readUTF();
        Optional<String> uid = Optional.of(in.readUTF()).filter(text -> !text.isEmpty());
        List<String> groups = readTexts(in);
        Map<String, List<String>> extra = new LinkedHashMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            extra.put(in.readUTF(), readTexts(in));
        }
        String method = in.readUTF();
        long expires = in.readLong();
        return new Identity(
                user,
                uid,
                groups,
                extra,
                method,
                expires == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expires)));
    }

    /** Writes a list. */
    public static void write(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    /** Reads a list. */
    public static List<String> readTexts(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            texts.add(in.readUTF());
        }
        return texts;
    }

    /** Reads a time. */
    public static Instant instant(DataInputStream in) throws IOException {
        return Instant.ofEpochMilli(in.readLong());
    }
}
