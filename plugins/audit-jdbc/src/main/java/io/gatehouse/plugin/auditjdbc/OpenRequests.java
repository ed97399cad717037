package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the table {@code audit_open} in step with the events, in their own transaction. The ids are held in memory, too, so
 * that a close of a request that never had an open costs nothing; after a failure they are loaded again.
 */
final class OpenRequests {

    private static final int LONGEST_ID = 128;

    private final Set<String> ids = new HashSet<>();

    /** Those of other runs that were told: whichever replica removes the row first writes the end. */
    private final Set<String> told = new HashSet<>();

    void load(Connection connection) throws SQLException {
        ids.clear();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select request_id from audit_open")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
    }

    /** The events of all requests that are open. */
    List<AuditEvent> all(Connection connection) throws SQLException {
        return select(connection, Optional.empty());
    }

    /** The events of the open requests of runs that are gone, which other replicas may be told as well. */
    List<AuditEvent> abandoned(Connection connection, List<String> runs) throws SQLException {
        told.clear(); // what was told before is written by now
        List<AuditEvent> events = new ArrayList<>();
        for (String run : runs) {
            events.addAll(select(connection, Optional.of(run)));
        }
        events.forEach(event -> told.add(id(event)));
        ids.addAll(told);
        return events;
    }

    private static List<AuditEvent> select(Connection connection, Optional<String> run) throws SQLException {
        String text = EventTable.SELECT_OPEN + (run.isPresent() ? " and o.run = ?" : "") + " order by e.id";
        try (PreparedStatement select = connection.prepareStatement(text)) {
            if (run.isPresent()) {
                select.setString(1, run.get());
            }
            List<AuditEvent> events = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    events.add(EventTable.read(rows));
                }
            }
            return events;
        }
    }

    private static String id(AuditEvent event) {
        return Texts.fit(event.requestId(), LONGEST_ID);
    }

    /**
     * Writes what a batch changes.
     *
     * @return the events that are to be written: not the ends that another replica has written first
     */
    List<AuditEvent> write(Connection connection, List<AuditEvent> events) throws SQLException {
        List<AuditEvent> closed = new ArrayList<>();
        try (PreparedStatement open = connection.prepareStatement(
                        "insert into audit_open (request_id, run, sequence) values (?, ?, ?)");
                PreparedStatement close = connection.prepareStatement("delete from audit_open where request_id = ?")) {
            for (AuditEvent event : events) {
                String id = id(event);
                if (event.kind() == AuditEvent.Kind.OPEN && ids.add(id)) {
                    open.setString(1, id);
                    open.setString(2, Texts.fit(event.run(), 64));
                    open.setLong(3, event.sequence());
                    open.addBatch();
                } else if (event.kind() == AuditEvent.Kind.CLOSE && ids.remove(id)) {
                    close.setString(1, id);
                    close.addBatch();
                    closed.add(event);
                }
            }
            open.executeBatch();
            return closed.isEmpty() ? events : withoutEnded(events, closed, close.executeBatch());
        }
    }

    private List<AuditEvent> withoutEnded(List<AuditEvent> events, List<AuditEvent> closed, int[] removed) {
        List<AuditEvent> wanted = new ArrayList<>(events);
        for (int i = 0; i < removed.length; i++) {
            if (removed[i] == 0 && told.contains(id(closed.get(i)))) {
                wanted.remove(closed.get(i));
            }
        }
        return wanted;
    }
}
