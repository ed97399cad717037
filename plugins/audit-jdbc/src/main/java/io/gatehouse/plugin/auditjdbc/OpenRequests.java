package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps the table {@code audit_open} in step with the events, in their own transaction. The ids are held in memory, too, so
 * that a close of a request that never had an open costs nothing.
 */
final class OpenRequests {

    private static final int LONGEST_ID = 128;

    private Set<String> ids = new HashSet<>();

    void load(Connection connection) throws SQLException {
        Set<String> found = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select request_id from audit_open")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        ids = found;
    }

    /** Writes what a batch changes; the result is to be handed to {@link #committed} once it is. */
    Set<String> write(Connection connection, List<AuditEvent> events) throws SQLException {
        Set<String> next = new HashSet<>(ids);
        boolean changed = false;
        try (PreparedStatement open = connection.prepareStatement("insert into audit_open values (?, ?, ?)");
                PreparedStatement close = connection.prepareStatement("delete from audit_open where request_id = ?")) {
            for (AuditEvent event : events) {
                String id = Texts.fit(event.requestId(), LONGEST_ID);
                if (event.kind() == AuditEvent.Kind.OPEN && next.add(id)) {
                    open.setString(1, id);
                    open.setString(2, Texts.fit(event.run(), 64));
                    open.setLong(3, event.sequence());
                    open.executeUpdate();
                    changed = true;
                } else if (event.kind() == AuditEvent.Kind.CLOSE && next.remove(id)) {
                    close.setString(1, id);
                    close.executeUpdate();
                    changed = true;
                }
            }
        }
        return changed ? next : ids;
    }

    void committed(Set<String> written) {
        ids = written;
    }
}
