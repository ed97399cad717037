package io.gatehouse.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and folders that only this process's user can read, where the file system knows of users. */
public final class OwnerOnly {

    private OwnerOnly() {}

    /** Makes a folder, and those above it that are not there, and keeps others out of what it made. */
    public static Path directory(Path path) throws IOException {
        Path known = path.toAbsolutePath();
        while (!Files.exists(known)) {
            known = known.getParent();
        }
        if (isPosix(known)) {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(path);
        }
        return path;
    }

    /** Writes a file, through a temporary one, so that no half of it is ever seen and nobody else can read it. */
    public static void write(Path file, byte[] content) throws IOException {
        directory(file.toAbsolutePath().getParent());
        Path temporary = isPosix(file.toAbsolutePath().getParent())
                ? Files.createTempFile(
                        file.toAbsolutePath().getParent(),
                        ".new",
                        "",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : Files.createTempFile(file.toAbsolutePath().getParent(), ".new", "");
        Files.write(temporary, content);
        Files.move(temporary, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isPosix(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }
}
