package io.gatehouse.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies jars to a place that nobody edits, named by their content: a JVM maps the jars it has open, and one that is
 * replaced in place would crash it. Begins empty: what an earlier process copied goes, unless that process still runs.
 */
final class JarCache implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JarCache.class);

    private final Path folder;
    private Optional<FileChannel> inUse = Optional.empty();

    JarCache(Path folder) {
        this.folder = folder;
    }

    /** Deletes what nobody uses any more, once no other process is there, and keeps others from doing so from now on. */
    private void claim() throws IOException {
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        inUse = Optional.of(channel);
        try {
            FileLock alone = channel.tryLock();
            if (alone != null) {
                deleteCopies();
                alone.release();
            }
            channel.tryLock(0, Long.MAX_VALUE, true);
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is used by another application of this container", folder);
        }
    }

    private void deleteCopies() throws IOException {
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(folder, "*.{jar,tmp}")) {
            for (Path copy : copies) {
                Files.delete(copy);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (inUse.isPresent()) {
            inUse.get().close();
        }
    }

    /** The copy of a jar, named by its SHA-256. */
    Path copy(PluginFolder.Jar jar) throws IOException {
        if (inUse.isEmpty()) {
            claim();
        }
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
