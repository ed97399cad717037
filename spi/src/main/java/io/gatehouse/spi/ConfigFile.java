package io.gatehouse.spi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A file of the configuration with the content that the host read: what is parsed is what was compared, however the file
 * changes meanwhile. At most 16 MiB.
 */
public final class ConfigFile {

    private final Path path;
    private final byte[] bytes;

    /** @param path for messages and for relative references; {@code bytes} is copied */
    public ConfigFile(Path path, byte[] bytes) {
        this.path = Objects.requireNonNull(path, "path");
        this.bytes = bytes.clone();
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    /** A copy of the content. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The content as UTF-8, without a byte order mark.
     *
     * @throws ConfigurationException when it is not UTF-8
     */
    public String text() {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(new ConfigurationProblem(path.toString(), "expected UTF-8 text"));
        }
    }

    /** The lines of {@link #text}, with LF, CRLF or CR removed; the first is line 1 in messages. */
    public List<String> lines() {
        return text().lines().toList();
    }

    /** A problem at a line of this file; lines count from 1. */
    public ConfigurationProblem problemAt(int line, String message) {
        return new ConfigurationProblem(path.getFileName() + ":" + line, message);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigFile file && path.equals(file.path) && Arrays.equals(bytes, file.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * path.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
