package io.gatehouse.plugin.auditfile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;

/** Files (0600) and folders (0700) that only their owner can read, where the file system knows of such things. */
final class OwnerOnly {

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /** Opens a file, made when there is none; one that others could read is closed to them. */
    static FileChannel open(Path path, OpenOption option) throws IOException {
        boolean existed = Files.exists(path);
        FileChannel channel = FileChannel.open(
                path, new HashSet<>(Set.of(StandardOpenOption.CREATE, option)), attributes(path, FILE));
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (existed && view != null && !FILE.containsAll(view.readAttributes().permissions())) {
            view.setPermissions(FILE);
        }
        return channel;
    }

    /** Makes the folders that do not exist yet. */
    static void createFolders(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, attributes(folder, FOLDER));
        }
    }

    /** Tells, touching nothing, whether a file could be written or made. */
    static void checkWritable(Path file) throws IOException {
        Path existing = file;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isWritable(existing) || existing.equals(file) == Files.isDirectory(existing)) {
            throw new IOException(existing + " is not writable");
        }
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}
