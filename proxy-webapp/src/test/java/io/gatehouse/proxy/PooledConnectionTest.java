package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PooledConnectionTest {

    private static final int CONNECTIONS = 100;

    /** With 16 KB to copy through, and what the container has of a request, a stream stays below 64 KB. */
    @Test
    void aConnectionTakesAtMost32KilobytesOfTheHeap() {
        Set<PooledConnection> all = new HashSet<>();
        new PooledConnection("classes-are-loaded", all);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CONNECTIONS; i++) {
            new PooledConnection("c", all);
        }
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / CONNECTIONS)
                .isLessThan(32 * 1024);
    }
}
