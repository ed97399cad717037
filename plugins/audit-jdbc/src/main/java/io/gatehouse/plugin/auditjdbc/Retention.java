package io.gatehouse.plugin.auditjdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Deletes old rows by ranges of ids, one slice of {@value #SLICE} at a time between batches, so that the writer is never
 * held up for long. A sweep begins every {@link #INTERVAL}.
 */
final class Retention {

    static final int SLICE = 2000;
    static final Duration INTERVAL = Duration.ofMinutes(10);

    private final Duration age;
    private final Clock clock;
    private Instant nextSweep = Instant.MIN;
    private OffsetDateTime limit = OffsetDateTime.MIN;
    private long nextId;
    private long lastId = -1;

    /** @param age zero keeps everything */
    Retention(Duration age, Clock clock) {
        this.age = age;
        this.clock = clock;
    }

    /** Deletes and commits one slice, when there is one to delete; returns how many rows. */
    int deleteSlice(Connection connection) throws SQLException {
        if (age.isZero()) {
            return 0;
        }
        if (nextId > lastId) {
            if (clock.instant().isBefore(nextSweep)) {
                return 0;
            }
            beginSweep(connection);
        }
        if (nextId > lastId) {
            return 0;
        }
        try (PreparedStatement delete =
                connection.prepareStatement("delete from audit_event where id >= ? and id < ? and event_time < ?")) {
            delete.setLong(1, nextId);
            delete.setLong(2, nextId + SLICE);
            delete.setObject(3, limit);
            int deleted = delete.executeUpdate();
            connection.commit();
            nextId += SLICE;
            return deleted;
        }
    }

    private void beginSweep(Connection connection) throws SQLException {
        nextSweep = clock.instant().plus(INTERVAL);
        limit = clock.instant().minus(age).atOffset(ZoneOffset.UTC);
        try (PreparedStatement range =
                connection.prepareStatement("select min(id), max(id) from audit_event where event_time < ?")) {
            range.setObject(1, limit);
            try (ResultSet row = range.executeQuery()) {
                row.next();
                nextId = row.getLong(1);
                lastId = row.wasNull() ? -1 : row.getLong(2);
            }
        }
        connection.commit(); // what only reads is a transaction too, and would last to the next batch
    }
}
