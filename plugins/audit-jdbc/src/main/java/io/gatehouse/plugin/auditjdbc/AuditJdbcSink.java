package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each batch in one transaction. After a failure the connection is made anew, and rows of a batch that is offered
 * again are looked for first, as a commit that failed may have happened nevertheless.
 */
final class AuditJdbcSink implements AuditSink, DatabaseSettings.Product {

    private static final Logger LOG = LoggerFactory.getLogger(AuditJdbcSink.class);

    /** The class of SQL states that say that a value is not taken. */
    private static final String DATA_EXCEPTION = "22";

    private final Database database;
    private final Retention retention;
    private final OpenRequests openRequests = new OpenRequests();
    private final LivingRuns runs;
    private Optional<Connection> connection = Optional.empty();
    private boolean mayRepeat = true;

    AuditJdbcSink(Database database, Duration retention, Clock clock) {
        this(database, retention, clock, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    AuditJdbcSink(Database database, Duration retention, Clock clock, LongSupplier nanos) {
        this.database = database;
        this.retention = new Retention(retention, database, clock);
        this.runs = new LivingRuns(nanos);
    }

    @Override
    public void open() throws SQLException {
        connection();
    }

    private Connection connection() throws SQLException {
        if (connection.isEmpty()) {
            Connection opened = database.open();
            connection = Optional.of(opened);
            openRequests.load(opened);
            opened.commit();
        }
        return connection.get();
    }

    /** In a database that others share, those may be of runs that live: {@link #abandoned} tells them apart. */
    @Override
    public List<AuditEvent> unfinished() {
        return read(current -> database.shared() ? List.of() : openRequests.all(current));
    }

    @Override
    public List<AuditEvent> abandoned(String run) {
        if (!database.shared()) {
            return List.of();
        }
        return read(current -> openRequests.abandoned(current, runs.gone(current, run)));
    }

    private List<AuditEvent> read(Connections.Work<List<AuditEvent>> work) {
        try {
            List<AuditEvent> events = work.in(connection());
            connection().commit();
            return events;
        } catch (SQLException e) {
            throw failed("can not be read", e);
        }
    }

    @Override
    public Optional<String> tryConnection() {
        return database.tryConnection();
    }

    @Override
    public long append(List<AuditEvent> events) {
        try {
            Connection current = connection();
            if (database.shared()) {
                runs.breakSilence(current, Texts.fit(events.get(0).run(), 64));
            }
            List<AuditEvent> missing = mayRepeat ? missing(current, events) : events;
            if (!isTaken(current, missing)) {
                writeEach(current, missing);
            }
            mayRepeat = false;
        } catch (SQLException e) {
            throw failed("can not be written", e);
        }
        deleteOld();
        return events.get(events.size() - 1).sequence();
    }

    /** So that what the database does not take of one event holds up no other. */
    private void writeEach(Connection current, List<AuditEvent> events) throws SQLException {
        int plain = 0;
        for (AuditEvent event : events) {
            List<AuditEvent> one = List.of(event);
            if (!isTaken(current, one)) {
                write(current, one, Texts::plain);
                plain++;
            }
        }
        LOG.warn("{} audit events are written in plain ASCII: the database does not take their texts", plain);
    }

    /** Writes all, or nothing and returns false when the database does not take a value. */
    private boolean isTaken(Connection current, List<AuditEvent> events) throws SQLException {
        try {
            write(current, events, UnaryOperator.identity());
            return true;
        } catch (SQLException e) {
            if (!String.valueOf(e.getSQLState()).startsWith(DATA_EXCEPTION)) {
                throw e;
            }
            current.rollback();
            openRequests.load(current);
            return false;
        }
    }

    private void write(Connection current, List<AuditEvent> events, UnaryOperator<String> texts) throws SQLException {
        List<AuditEvent> wanted = openRequests.write(current, events);
        try (PreparedStatement insert = current.prepareStatement(EventTable.INSERT)) {
            for (AuditEvent event : wanted) {
                EventTable.bind(insert, event, texts);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        current.commit();
    }

    private static List<AuditEvent> missing(Connection connection, List<AuditEvent> events) throws SQLException {
        Map<String, Set<Long>> found = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("select sequence from audit_event where run = ? and sequence >= ?")) {
            for (AuditEvent event : events) {
                String run = Texts.fit(event.run(), 64);
                if (found.containsKey(run)) {
                    continue;
                }
                Set<Long> sequences = new HashSet<>();
                select.setString(1, run);
                select.setLong(2, event.sequence());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        sequences.add(rows.getLong(1));
                    }
                }
                found.put(run, sequences);
            }
        }
        return events.stream()
                .filter(event -> !found.get(Texts.fit(event.run(), 64)).contains(event.sequence()))
                .toList();
    }

    /** What is written is written: a failure here is not one of the batch. */
    private void deleteOld() {
        try {
            int deleted = retention.deleteSlice(connection());
            if (deleted > 0) {
                LOG.debug("{} audit rows beyond the retention deleted", deleted);
            }
        } catch (SQLException e) {
            LOG.warn("audit rows beyond the retention can not be deleted: {}", database.explain(e));
            disconnect();
        }
    }

    private IllegalStateException failed(String what, SQLException cause) {
        disconnect();
        String name = database.shared() ? "database " + database : "it";
        return new IllegalStateException(
                "the audit database " + what + ": " + name + " " + database.explain(cause), cause);
    }

    private void disconnect() {
        mayRepeat = true;
        runs.forget();
        Optional<Connection> old = connection;
        connection = Optional.empty();
        old.ifPresent(each -> {
            try {
                each.rollback();
            } catch (SQLException e) {
                LOG.debug("rollback after a failure: {}", e.toString());
            }
            try {
                each.close();
            } catch (SQLException e) {
                LOG.debug("closing after a failure: {}", e.toString());
            }
        });
    }

    @Override
    public void close() {
        disconnect();
    }
}
