package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The few connections of a store, each lent to one transaction at a time. Nobody waits for one beyond a bound, and a server
 * that has just failed is left in peace for a second, so that one that hangs does not cost every request its patience.
 */
final class Connections implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** One that nobody has used for so long is not trusted: a firewall may have forgotten it. */
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private record Idle(Connection connection, long since) {}

    private record Failure(String reason, long at) {}

    private final Database database;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Semaphore free;
    private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
    private volatile Optional<Failure> lately = Optional.empty();
    private volatile boolean closed;

    Connections(Database database) {
        this(database, PATIENCE, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    Connections(Database database, Duration patience, LongSupplier nanos) {
        this.database = database;
        this.patience = patience;
        this.nanos = nanos;
        this.free = new Semaphore(database.connections(), true);
    }

    Database database() {
        return database;
    }

    /** What is done in one transaction. */
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /**
     * Does work in one transaction.
     *
     * @throws StoreUnavailableException when it could not be done
     */
    <T> T transaction(Work<T> work) {
        try {
            if (!free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoreUnavailableException(
                        "database " + database + " is busy with what it was asked before, and does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("waiting for database " + database + " was interrupted");
        }
        try {
            return lent(work);
        } finally {
            free.release();
        }
    }

    private <T> T lent(Work<T> work) {
        Optional<Connection> taken = Optional.empty();
        try {
            Connection connection = take();
            taken = Optional.of(connection);
            T answer = work.in(connection);
            connection.commit();
            give(connection);
            return answer;
        } catch (SQLException e) {
            throw failed(e, taken);
        } catch (RuntimeException | Error e) {
            taken.ifPresent(Connections::close);
            throw e;
        }
    }

    private Connection take() throws SQLException {
        for (Idle known = idle.pollFirst(); known != null; known = idle.pollFirst()) {
            if (nanos.getAsLong() - known.since() < IDLE_NANOS) {
                return known.connection();
            }
            close(known.connection());
        }
        Optional<Failure> failure = lately.filter(known -> nanos.getAsLong() - known.at() < REST_NANOS);
        if (failure.isPresent()) {
            throw new StoreUnavailableException(failure.get().reason());
        }
        return database.open();
    }

    private void give(Connection connection) {
        lately = Optional.empty();
        idle.addFirst(new Idle(connection, nanos.getAsLong()));
        if (closed) {
            closeIdle();
        }
    }

    /** What one connection has lost, the others have lost too. */
    private StoreUnavailableException failed(SQLException failure, Optional<Connection> taken) {
        String reason = "database " + database + " " + database.explain(failure);
        if (taken.isEmpty()) {
            lately = Optional.of(new Failure(reason, nanos.getAsLong()));
        }
        taken.ifPresent(Connections::close);
        closeIdle();
        return new StoreUnavailableException(reason);
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // it is broken anyway
        }
    }

    private void closeIdle() {
        for (Idle known = idle.pollFirst(); known != null; known = idle.pollFirst()) {
            close(known.connection());
        }
    }

    /** Opens the first one. */
    void open() throws SQLException {
        give(database.open());
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
