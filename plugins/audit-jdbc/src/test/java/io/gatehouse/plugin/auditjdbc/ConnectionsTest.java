package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.StoreUnavailableException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final FakeDatabase database = new FakeDatabase();

    private Connections connections() {
        return new Connections(database, Duration.ZERO, nanos::get);
    }

    /** Opens connections that can be committed and closed, and nothing else. */
    private static final class FakeDatabase implements Database {

        private final List<String> closed = new ArrayList<>();
        private int opened;
        private boolean down;

        @Override
        public Connection open() throws SQLException {
            opened++;
            if (down) {
                throw new SQLException("down");
            }
            String name = "connection " + opened;
            return (Connection) Proxy.newProxyInstance(
                    FakeDatabase.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, values) -> {
                        switch (method.getName()) {
                            case "toString" -> {
                                return name;
                            }
                            case "close" -> closed.add(name);
                            case "commit" -> {}
                            default -> throw new UnsupportedOperationException(method.getName());
                        }
                        return null;
                    });
        }

        @Override
        public int connections() {
            return 2;
        }

        @Override
        public boolean shared() {
            return true;
        }

        @Override
        public long millis(Connection connection) {
            return 0;
        }

        @Override
        public String explain(SQLException failure) {
            return "says " + failure.getMessage();
        }

        @Override
        public Optional<String> tryConnection() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "fake";
        }
    }

    private static void unavailable(Runnable call, String message) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(call::run)
                .withMessage(message);
    }

    private static String fail(Connection connection) throws SQLException {
        throw new SQLException("broken");
    }

    /** As with a disk or a server that answers nobody: the others are not kept waiting. */
    @Test
    void whatHangsStallsNobodyElse() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CountDownLatch hanging = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        try (Connections connections = connections()) {
            List<Future<String>> hung = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                hung.add(threads.submit(() -> connections.transaction(connection -> {
                    hanging.countDown();
                    awaitEnd(end);
                    return "done";
                })));
            }
            hanging.await();
            unavailable(
                    () -> connections.transaction(Object::toString),
                    "database fake is busy with what it was asked before, and does not answer");
            end.countDown();
            for (Future<String> each : hung) {
                assertThat(each.get()).isEqualTo("done");
            }
            assertThat(connections.transaction(Object::toString)).startsWith("connection ");
        } finally {
            threads.shutdownNow();
        }
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aConnectionIsUsedAgain() {
        Connections connections = connections();
        assertThat(connections.transaction(Object::toString)).isEqualTo("connection 1");
        assertThat(connections.transaction(Object::toString)).isEqualTo("connection 1");
        connections.close();
        assertThat(database.closed).containsExactly("connection 1");
    }

    @Test
    void oneThatFailedIsOpenedAnew() {
        Connections connections = connections();
        unavailable(() -> connections.transaction(ConnectionsTest::fail), "database fake says broken");
        assertThat(database.closed).containsExactly("connection 1");
        assertThat(connections.transaction(Object::toString)).isEqualTo("connection 2");
    }

    @Test
    void oneThatWasIdleForLongIsNotTrusted() {
        Connections connections = connections();
        connections.transaction(Object::toString);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(connections.transaction(Object::toString)).isEqualTo("connection 2");
        assertThat(database.closed).containsExactly("connection 1");
    }

    @Test
    void aServerThatIsDownIsLeftInPeaceForASecond() {
        Connections connections = connections();
        database.down = true;
        unavailable(() -> connections.transaction(Object::toString), "database fake says down");
        unavailable(() -> connections.transaction(Object::toString), "database fake says down");
        assertThat(database.opened).isEqualTo(1);
        database.down = false;
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(connections.transaction(Object::toString)).isEqualTo("connection 2");
    }

    @Test
    void whatIsLentWhileItClosesIsClosedAfterwards() {
        Connections connections = connections();
        connections.transaction(connection -> {
            connections.close();
            return true;
        });
        assertThat(database.closed).containsExactly("connection 1");
    }
}
