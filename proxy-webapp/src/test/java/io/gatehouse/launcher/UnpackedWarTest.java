package io.gatehouse.launcher;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedWarTest {

    @Test
    void aFolderStaysHeldWhenRubbishWasCollected(@TempDir Path cache) throws Exception {
        UnpackedWar.hold(cache.resolve("war"));
        WeakReference<Object> rubbish = new WeakReference<>(new Object());
        for (long end = System.nanoTime() + Duration.ofSeconds(20).toNanos(); rubbish.get() != null; ) {
            System.gc();
            if (System.nanoTime() > end) {
                throw new AssertionError("nothing is collected");
            }
        }
        Thread.sleep(200); // what closes a collected channel runs after the collection
        try (FileChannel other = FileChannel.open(cache.resolve("war.lock"), StandardOpenOption.WRITE)) {
            assertThrows(OverlappingFileLockException.class, other::tryLock);
        }
    }
}
