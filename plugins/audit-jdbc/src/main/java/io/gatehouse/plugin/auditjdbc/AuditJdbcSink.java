package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each batch in one transaction. After a failure the connection is made anew, and rows of a batch that is offered
 * again are looked for first, as a commit that failed may have happened nevertheless.
 */
final class AuditJdbcSink implements AuditSink {

    private static final Logger LOG = LoggerFactory.getLogger(AuditJdbcSink.class);

    private final H2Database database;
    private final Retention retention;
    private final OpenRequests openRequests = new OpenRequests();
    private Optional<Connection> connection = Optional.empty();
    private boolean mayRepeat = true;

    AuditJdbcSink(H2Database database, Duration retention, Clock clock) {
        this.database = database;
        this.retention = new Retention(retention, clock);
    }

    /** Opens the database. */
    void prepare() throws SQLException {
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

    @Override
    public List<AuditEvent> unfinished() {
        List<AuditEvent> events = new ArrayList<>();
        try (Statement statement = connection().createStatement();
                ResultSet rows = statement.executeQuery(EventTable.SELECT_OPEN)) {
            while (rows.next()) {
                events.add(EventTable.read(rows));
            }
            connection().commit();
            return events;
        } catch (SQLException e) {
            throw failed("the audit database can not be read", e);
        }
    }

    @Override
    public long append(List<AuditEvent> events) {
        try {
            Connection current = connection();
            List<AuditEvent> missing = mayRepeat ? missing(current, events) : events;
            try (PreparedStatement insert = current.prepareStatement(EventTable.INSERT)) {
                for (AuditEvent event : missing) {
                    EventTable.bind(insert, event);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            Set<String> open = openRequests.write(current, missing);
            current.commit();
            openRequests.committed(open);
            mayRepeat = false;
        } catch (SQLException e) {
            throw failed("the audit database can not be written", e);
        }
        deleteOld();
        return events.get(events.size() - 1).sequence();
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
            LOG.warn("audit rows beyond the retention can not be deleted: {}", H2Database.explain(e));
            disconnect();
        }
    }

    private IllegalStateException failed(String message, SQLException cause) {
        disconnect();
        return new IllegalStateException(message + ": it " + H2Database.explain(cause), cause);
    }

    private void disconnect() {
        mayRepeat = true;
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
