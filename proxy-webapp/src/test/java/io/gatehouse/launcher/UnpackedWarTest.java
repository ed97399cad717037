package io.gatehouse.launcher;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedWarTest {

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** A lock whose channel nobody keeps goes with the next collection. */
    private static void lockAndForget(Path file) throws IOException {
        open(file).lock();
    }

    private static boolean isFree(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Test
    void aFolderStaysHeldWhenWhatNobodyKeepsIsCollected(@TempDir Path cache) throws Exception {
        UnpackedWar.hold(cache.resolve("war"));
        for (int i = 0; i < 3; i++) { // one that is locked later is not let go earlier
            Path forgotten = cache.resolve("forgotten-" + i);
            lockAndForget(forgotten);
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!isFree(forgotten)) {
                assertTrue(System.nanoTime() < end, "nothing is collected");
                System.gc();
            }
        }
        try (FileChannel other = open(cache.resolve("war.lock"))) {
            assertThrows(OverlappingFileLockException.class, other::tryLock);
        }
    }
}
