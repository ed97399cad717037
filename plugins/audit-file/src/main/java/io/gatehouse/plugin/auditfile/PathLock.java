package io.gatehouse.plugin.auditfile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps other processes from writing the same file, by a lock on a file beside it that the system gives back however a
 * process ends.
 *
 * <p>Within one process a successor may exist before its predecessor is closed, as over a reload. It must not even open
 * the lock file then: closing any handle of a file ends all locks that the process has on it (POSIX {@code fcntl}). So
 * what is held is remembered by the process, as the locks themselves are.
 */
final class PathLock implements AutoCloseable {

    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    /** Another process has it. */
    static final class TakenException extends IOException {
        private static final long serialVersionUID = 1L;

        TakenException(Path path) {
            super(path + " is locked by another process");
        }
    }

    /** This process has it already. */
    static final class PredecessorException extends IOException {
        private static final long serialVersionUID = 1L;

        PredecessorException(Path path) {
            super(path + " is still being written by the predecessor of this sink");
        }
    }

    private PathLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static PathLock of(Path file) throws IOException {
        Path path = file.resolveSibling(file.getFileName() + ".lock");
        if (!HELD_BY_THIS_PROCESS.add(path)) {
            throw new PredecessorException(file);
        }
        try {
            return new PathLock(path, locked(path));
        } catch (IOException | RuntimeException e) {
            HELD_BY_THIS_PROCESS.remove(path);
            throw e;
        }
    }

    private static FileChannel locked(Path path) throws IOException {
        FileChannel channel = OwnerOnly.open(path, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new TakenException(path);
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new TakenException(path);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD_BY_THIS_PROCESS.remove(path);
        }
    }
}
