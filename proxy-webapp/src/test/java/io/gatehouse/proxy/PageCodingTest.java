package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.proxy.DeflatingSink.Format;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gzip and deflate, both ways, against the JDK's own streams. */
class PageCodingTest {

    private static byte[] random(Random dice, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (dice.nextInt(4) == 0 ? dice.nextInt() : 'a');
        }
        return bytes;
    }

    private static byte[] encoded(Format format, byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream coder = format == Format.GZIP
                ? new GZIPOutputStream(out)
                : new DeflaterOutputStream(out, new Deflater(6, format == Format.RAW))) {
            coder.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] decoded(Format format, byte[] bytes) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        return (format == Format.GZIP
                        ? new GZIPInputStream(in)
                        : new InflaterInputStream(in, new Inflater(format == Format.RAW)))
                .readAllBytes();
    }

    private static BodySink decoder(Format format, CollectingSink sink, Format[] seen) {
        return format == Format.GZIP
                ? new GzipDecoder(sink)
                : new DeflateDecoder(raw -> {
                    seen[0] = raw ? Format.RAW : Format.ZLIB;
                    return sink;
                });
    }

    private static void feed(BodySink sink, byte[] bytes, Random dice, int longest) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + dice.nextInt(longest));
            sink.write(bytes, at, length);
            at += length;
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void decodesHoweverItIsCut(Format format) throws Exception {
        Random dice = new Random(7);
        for (int length : new int[] {0, 1, 2, 100, 16_384, 100_000}) {
            byte[] bytes = random(dice, length);
            for (int longest : new int[] {1, 3, 1000, 1_000_000}) {
                CollectingSink sink = new CollectingSink();
                Format[] seen = {format};
                BodySink decoder = decoder(format, sink, seen);
                feed(decoder, encoded(format, bytes), dice, longest);
                decoder.end();
                decoder.close();
                assertThat(sink.bytes()).isEqualTo(bytes);
                assertThat(sink.isEnded()).isTrue();
                assertThat(seen[0]).isEqualTo(format);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void encodesWhatOthersCanRead(Format format) throws Exception {
        Random dice = new Random(8);
        for (int length : new int[] {0, 1, 100, 16_384, 100_000}) {
            byte[] bytes = random(dice, length);
            CollectingSink sink = new CollectingSink();
            DeflatingSink coder = new DeflatingSink(format, sink);
            feed(coder, bytes, dice, 5000);
            coder.end();
            coder.close();
            assertThat(decoded(format, sink.bytes())).isEqualTo(bytes);
        }
    }

    /** What was written before a flush can be decoded without what comes after it. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void showsWhatWasFlushed(Format format) throws Exception {
        Random dice = new Random(9);
        CollectingSink coded = new CollectingSink();
        DeflatingSink coder = new DeflatingSink(format, coded);
        CollectingSink shown = new CollectingSink();
        BodySink decoder = decoder(format, shown, new Format[1]);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int fed = 0;
        for (int length : new int[] {1, 10, 50_000, 3}) {
            byte[] piece = random(dice, length);
            all.write(piece);
            coder.write(piece, 0, length);
            coder.flush();
            coder.flush();
            decoder.write(coded.bytes(), fed, coded.bytes().length - fed);
            fed = coded.bytes().length;
            assertThat(shown.bytes()).isEqualTo(all.toByteArray());
        }
    }

    @ParameterizedTest
    @CsvSource({"4,0300616263", "8,616200", "16,616200", "31,020061626162006162000102", "2,0102"})
    void readsAllThatAHeadMayHave(int flags, String rest) throws Exception {
        byte[] plain = encoded(Format.GZIP, "page".getBytes());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        plain[3] = (byte) flags;
        bytes.write(plain, 0, 10);
        bytes.write(java.util.HexFormat.of().parseHex(rest));
        bytes.write(plain, 10, plain.length - 10);
        bytes.write(encoded(Format.GZIP, "two".getBytes()));
        bytes.write(new byte[5]);
        CollectingSink sink = new CollectingSink();
        GzipDecoder decoder = new GzipDecoder(sink);
        feed(decoder, bytes.toByteArray(), new Random(1), 3);
        decoder.end();
        assertThat(sink.text()).isEqualTo("pagetwo");
    }

    @Test
    void takesNothingForAnEmptyPage() throws Exception {
        for (Format format : Format.values()) {
            CollectingSink sink = new CollectingSink();
            decoder(format, sink, new Format[1]).end();
            assertThat(sink.bytes()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 15})
    void tellsOneThatEndsEarly(int length) throws Exception {
        for (Format format : Format.values()) {
            byte[] bytes = encoded(format, random(new Random(1), 500));
            BodySink decoder = decoder(format, new CollectingSink(), new Format[1]);
            decoder.write(bytes, 0, format == Format.GZIP ? length : Math.max(1, length - 10));
            assertThatExceptionOfType(ZipException.class).isThrownBy(decoder::end);
        }
    }

    @Test
    void tellsDamage() throws Exception {
        byte[] bytes = encoded(Format.GZIP, random(new Random(1), 500));
        for (int damaged : new int[] {0, 1, 2, 10, 100, bytes.length - 8}) {
            byte[] wrong = Arrays.copyOf(bytes, bytes.length);
            wrong[damaged] ^= 0x55;
            GzipDecoder decoder = new GzipDecoder(new CollectingSink());
            assertThatExceptionOfType(ZipException.class).as("byte " + damaged).isThrownBy(() -> {
                decoder.write(wrong, 0, wrong.length);
                decoder.end();
            });
        }
    }
}
