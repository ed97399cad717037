package io.gatehouse.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The WAR's content in the user's cache folder, once for each content. Whoever runs from it holds a shared lock on the file
 * beside it as long as the process lives; what nobody holds is of an earlier WAR, and is deleted.
 */
final class UnpackedWar {

    private static final String LOCK = ".lock";

    /** What {@link #hold} has locked: the lock would go with its channel when that was collected. */
    private static final Set<FileChannel> HELD = ConcurrentHashMap.newKeySet();

    private UnpackedWar() {}

    /** The folder of a WAR; unpacks it when that has not been done. */
    static Path of(Path war) throws IOException, NoSuchAlgorithmException {
        Path cache = cacheFolder();
        Path folder = cache.resolve(hash(war));
        hold(folder);
        if (!Files.isDirectory(folder)) {
            unpack(war, cache, folder);
        }
        deleteOthers(cache, folder);
        return folder;
    }

    /** Shares the folder's lock to the end of the process. */
    static void hold(Path folder) throws IOException {
        FileChannel channel = lock(folder);
        HELD.add(channel);
        channel.lock(0, Long.MAX_VALUE, true);
    }

    private static FileChannel lock(Path folder) throws IOException {
        return FileChannel.open(
                folder.resolveSibling(folder.getFileName() + LOCK),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    private static void unpack(Path war, Path cache, Path folder) throws IOException {
        Path fresh = cache.resolve("unpacking-" + ProcessHandle.current().pid());
        try (FileChannel unpacking = lock(fresh)) {
            unpacking.lock(); // first of all, so that nobody takes the folder for a left one
            delete(fresh);
            Files.createDirectory(fresh);
            try (JarFile jar = new JarFile(war.toFile())) {
                for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                    unpack(jar, entry, fresh);
                }
            }
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(folder)) { // else another start was quicker
                throw e;
            }
        }
    }

    private static void unpack(JarFile jar, JarEntry entry, Path fresh) throws IOException {
        Path file = fresh.resolve(entry.getName()).normalize();
        if (!file.startsWith(fresh) || !entry.getName().startsWith("WEB-INF/")) {
            return;
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
        }
    }

    private static void deleteOthers(Path cache, Path own) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(cache, Files::isDirectory)) {
            for (Path folder : folders) {
                if (!folder.equals(own)) {
                    deleteUnused(folder);
                }
            }
        }
    }

    private static void deleteUnused(Path folder) {
        try (FileChannel channel = lock(folder);
                FileLock alone = channel.tryLock()) {
            if (alone != null) {
                delete(folder);
            }
        } catch (IOException e) {
            System.err.println("gatehouse: " + folder + " can not be deleted: " + e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }

    /** {@code $XDG_CACHE_HOME/gatehouse}, else {@code ~/.cache/gatehouse}; only its owner may write there. */
    private static Path cacheFolder() throws IOException {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        Path folder = base.resolve("gatehouse/war");
        Files.createDirectories(folder);
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        return folder;
    }

    /**
     * What tells one content from another: the archive's directory, which has a checksum and the time of every file. To
     * read all of it would take a tenth of the start.
     */
    private static String hash(Path war) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (JarFile jar = new JarFile(war.toFile(), false)) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                String line = entry.getName() + '\n' + entry.getCrc() + '\n' + entry.getSize() + '\n' + entry.getTime();
                digest.update(line.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    }
}
