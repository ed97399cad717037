package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.StateStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Entries in two tables, over few connections: what is kept here is asked for at a login or a renewal, not by each request.
 * Times are milliseconds since 1970. An entry is written and removed before its labels are, always, so that replicas wait
 * for each other and never in a circle.
 */
final class JdbcStateStore implements StateStore, DatabaseSettings.Product {

    private static final String READ =
            "select entry_key, version, entry_value, expires from state_entry where kind = ? and ";
    private static final String LABELS =
            "select label from state_label where kind = ? and entry_key = ? order by label";

    private static final String LABELS_OF_NOTHING =
            "delete from state_label where not exists (select 1 from state_entry e"
                    + " where e.kind = state_label.kind and e.entry_key = state_label.entry_key)";
    private static final String UNIQUE_VIOLATION = "23505";

    private final Connections connections;

    JdbcStateStore(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void open() throws SQLException {
        connections.open();
    }

    @Override
    public boolean isShared() {
        return connections.database().shared();
    }

    @Override
    public Optional<String> tryConnection() {
        return connections.database().tryConnection();
    }

    @Override
    public Optional<Entry> read(String kind, String key) {
        return connections.transaction(sql -> entries(sql, kind, "entry_key = ?", key, 1)).stream()
                .findFirst();
    }

    @Override
    public List<Entry> find(String kind, String label, int limit) {
        return connections.transaction(sql -> entries(
                sql,
                kind,
                "entry_key in (select l.entry_key from state_label l where l.kind = state_entry.kind and l.label = ?)",
                label,
                limit));
    }

    @Override
    public List<Entry> writtenWithin(String kind, Duration time) {
        return connections.transaction(
                sql -> entries(sql, kind, "written >= ?", now(sql) - time.toMillis(), Integer.MAX_VALUE));
    }

    /**
     * Now, by the one clock that all replicas go by: else one whose clock is late would miss what another has ended, and one
     * whose clock is ahead would forget what others still need.
     */
    private long now(Connection sql) throws SQLException {
        return connections.database().millis(sql);
    }

    private List<Entry> entries(Connection sql, String kind, String condition, Object value, int limit)
            throws SQLException {
        List<Entry> found = new ArrayList<>();
        try (PreparedStatement read =
                        sql.prepareStatement(READ + condition + " and expires > ? order by entry_key limit ?");
                PreparedStatement labels = sql.prepareStatement(LABELS)) {
            read.setString(1, kind);
            read.setObject(2, value);
            read.setLong(3, now(sql));
            read.setInt(4, limit);
            try (ResultSet rows = read.executeQuery()) {
                while (rows.next()) {
                    String key = rows.getString(1);
                    found.add(new Entry(
                            kind,
                            key,
                            rows.getLong(2),
                            labels(labels, kind, key),
                            rows.getString(3),
                            Instant.ofEpochMilli(rows.getLong(4))));
                }
            }
        }
        return List.copyOf(found);
    }

    private static List<String> labels(PreparedStatement labels, String kind, String key) throws SQLException {
        labels.setString(1, kind);
        labels.setString(2, key);
        List<String> found = new ArrayList<>();
        try (ResultSet rows = labels.executeQuery()) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    @Override
    public boolean write(Entry entry) {
        return connections.transaction(sql -> {
            if (entry.version() == 1) {
                update(
                        sql,
                        "delete from state_entry where kind = ? and entry_key = ? and expires <= ?",
                        entry.kind(),
                        entry.key(),
                        now(sql));
            }
            int written = entry.version() == 1 ? insert(sql, entry) : replace(sql, entry);
            if (written == 0) {
                return false;
            }
            update(sql, "delete from state_label where kind = ? and entry_key = ?", entry.kind(), entry.key());
            for (String label : entry.labels().stream().distinct().toList()) {
                update(sql, "insert into state_label values (?, ?, ?)", entry.kind(), label, entry.key());
            }
            return true;
        });
    }

    /** @return 0 when there is one */
    private int insert(Connection sql, Entry entry) throws SQLException {
        try {
            return update(
                    sql,
                    "insert into state_entry (kind, entry_key, version, entry_value, expires, written)"
                            + " values (?, ?, ?, ?, ?, ?)",
                    entry.kind(),
                    entry.key(),
                    entry.version(),
                    entry.value(),
                    entry.expires().toEpochMilli(),
                    now(sql));
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            sql.rollback();
            return 0;
        }
    }

    private int replace(Connection sql, Entry entry) throws SQLException {
        return update(
                sql,
                "update state_entry set version = ?, entry_value = ?, expires = ?, written = ?"
                        + " where kind = ? and entry_key = ? and version = ? and expires > ?",
                entry.version(),
                entry.value(),
                entry.expires().toEpochMilli(),
                now(sql),
                entry.kind(),
                entry.key(),
                entry.version() - 1,
                now(sql));
    }

    @Override
    public void remove(String kind, String key) {
        connections.transaction(sql -> {
            update(sql, "delete from state_entry where kind = ? and entry_key = ?", kind, key);
            return update(sql, "delete from state_label where kind = ? and entry_key = ?", kind, key);
        });
    }

    @Override
    public void sweep(Instant before) {
        connections.transaction(sql -> {
            update(sql, "delete from state_entry where expires < ?", Math.min(before.toEpochMilli(), now(sql)));
            return update(sql, LABELS_OF_NOTHING);
        });
    }

    private static int update(Connection sql, String text, Object... values) throws SQLException {
        try (PreparedStatement statement = sql.prepareStatement(text)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
