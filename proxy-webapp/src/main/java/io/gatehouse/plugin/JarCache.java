package io.gatehouse.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Copies jars to a place that nobody edits, named by their content: a JVM maps the jars it has open, and one that is
 * replaced in place would crash it.
 */
final class JarCache {

    private final Path folder;

    JarCache(Path folder) {
        this.folder = folder;
    }

    /** The copy of a jar, named by its SHA-256. */
    Path copy(PluginFolder.Jar jar) throws IOException {
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "copy", ".tmp");
        try {
            MessageDigest digest = sha256();
            try (InputStream in = new DigestInputStream(jar.content().open(), digest);
                    OutputStream out = Files.newOutputStream(temporary)) {
                in.transferTo(out);
            }
            Path copy = folder.resolve(HexFormat.of().formatHex(digest.digest()) + ".jar");
            if (!Files.exists(copy)) {
                Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
            }
            return copy;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
