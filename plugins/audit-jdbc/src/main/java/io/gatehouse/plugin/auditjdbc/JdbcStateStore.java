package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.StateStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Entries in two tables. One connection, one call at a time: what is kept here is asked for at a login or a renewal, not
 * by each request. Times are milliseconds since 1970.
 */
final class JdbcStateStore implements StateStore {

    private static final String READ =
            "select entry_key, version, entry_value, expires from state_entry where kind = ? and ";
    private static final String LABELS =
            "select label from state_label where kind = ? and entry_key = ? order by label";

    private final H2Database database;
    private final Clock clock;
    private Optional<Connection> connection = Optional.empty();

    JdbcStateStore(H2Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    static void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists state_entry (kind varchar(32) not null,"
                    + " entry_key varchar(128) not null, version bigint not null, entry_value varchar(262144) not null,"
                    + " expires bigint not null, written bigint not null, primary key (kind, entry_key))");
            statement.execute("create table if not exists state_label (kind varchar(32) not null,"
                    + " label varchar(200) not null, entry_key varchar(128) not null,"
                    + " primary key (kind, label, entry_key))");
            statement.execute("create index if not exists state_label_key on state_label (kind, entry_key)");
            statement.execute("create index if not exists state_entry_written on state_entry (kind, written)");
            statement.execute("create index if not exists state_entry_expires on state_entry (expires)");
        }
    }

    /** Opens the database, which is opened again by itself after a failure. */
    synchronized void open() throws SQLException {
        connected();
    }

    private Connection connected() throws SQLException {
        if (connection.isEmpty()) {
            connection = Optional.of(database.open());
        }
        return connection.get();
    }

    /** What is done in one transaction. */
    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private synchronized <T> T transaction(Work<T> work) {
        try {
            T result = work.in(connected());
            connected().commit();
            return result;
        } catch (SQLException e) {
            close();
            throw new IllegalStateException("the store " + H2Database.explain(e), e);
        }
    }

    @Override
    public Optional<Entry> read(String kind, String key) {
        return transaction(sql -> entries(sql, kind, "entry_key = ?", key, 1)).stream()
                .findFirst();
    }

    @Override
    public List<Entry> find(String kind, String label, int limit) {
        return transaction(sql -> entries(
                sql,
                kind,
                "entry_key in (select l.entry_key from state_label l where l.kind = state_entry.kind and l.label = ?)",
                label,
                limit));
    }

    @Override
    public List<Entry> writtenWithin(String kind, Duration time) {
        long since = clock.millis() - time.toMillis();
        return transaction(sql -> entries(sql, kind, "written >= ?", since, Integer.MAX_VALUE));
    }

    private List<Entry> entries(Connection sql, String kind, String condition, Object value, int limit)
            throws SQLException {
        List<Entry> found = new ArrayList<>();
        try (PreparedStatement read =
                        sql.prepareStatement(READ + condition + " and expires > ? order by entry_key limit ?");
                PreparedStatement labels = sql.prepareStatement(LABELS)) {
            read.setString(1, kind);
            read.setObject(2, value);
            read.setLong(3, clock.millis());
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
        return transaction(sql -> {
            if (entry.version() == 1) {
                update(
                        sql,
                        "delete from state_entry where kind = ? and entry_key = ? and expires <= ?",
                        entry.kind(),
                        entry.key(),
                        clock.millis());
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

    private int insert(Connection sql, Entry entry) throws SQLException {
        return update(
                sql,
                "insert into state_entry select ?, ?, ?, ?, ?, ? where not exists"
                        + " (select 1 from state_entry where kind = ? and entry_key = ?)",
                entry.kind(),
                entry.key(),
                entry.version(),
                entry.value(),
                entry.expires().toEpochMilli(),
                clock.millis(),
                entry.kind(),
                entry.key());
    }

    private int replace(Connection sql, Entry entry) throws SQLException {
        return update(
                sql,
                "update state_entry set version = ?, entry_value = ?, expires = ?, written = ?"
                        + " where kind = ? and entry_key = ? and version = ? and expires > ?",
                entry.version(),
                entry.value(),
                entry.expires().toEpochMilli(),
                clock.millis(),
                entry.kind(),
                entry.key(),
                entry.version() - 1,
                clock.millis());
    }

    @Override
    public void remove(String kind, String key) {
        transaction(sql -> {
            update(sql, "delete from state_label where kind = ? and entry_key = ?", kind, key);
            return update(sql, "delete from state_entry where kind = ? and entry_key = ?", kind, key);
        });
    }

    @Override
    public void sweep(Instant before) {
        long time = before.toEpochMilli();
        transaction(sql -> {
            update(
                    sql,
                    "delete from state_label where exists (select 1 from state_entry e where e.kind = state_label.kind"
                            + " and e.entry_key = state_label.entry_key and e.expires < ?)",
                    time);
            return update(sql, "delete from state_entry where expires < ?", time);
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

    /** Closes the connection; the next call opens another. */
    @Override
    public synchronized void close() {
        connection.ifPresent(open -> {
            try {
                open.close();
            } catch (SQLException e) {
                // it is broken anyway
            }
        });
        connection = Optional.empty();
    }
}
