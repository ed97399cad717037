package io.gatehouse.plugin.auditjdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Deletes old rows by ranges of ids, which grow with the time, one slice of {@value #SLICE} at a time between batches, so
 * that the writer is never held up for long. A sweep begins every {@link #INTERVAL}, at one of the replicas that share the
 * table: whichever comes first. How old a row is, the database's clock says: that of a replica may be wrong by months.
 */
final class Retention {

    static final int SLICE = 2000;
    static final Duration INTERVAL = Duration.ofMinutes(10);

    private final Duration age;
    private final Database database;
    private final Clock clock;
    private Instant nextSweep = Instant.MIN;
    private Instant tooOld = Instant.MIN;
    private boolean sweeping;

    /** @param age zero keeps everything */
    Retention(Duration age, Database database, Clock clock) {
        this.age = age;
        this.database = database;
        this.clock = clock;
    }

    /** Deletes and commits one slice, when there is one to delete; returns how many rows. */
    int deleteSlice(Connection connection) throws SQLException {
        if (age.isZero() || !sweeping && !beginSweep(connection)) {
            return 0;
        }
        long first = firstId(connection);
        try (PreparedStatement delete =
                connection.prepareStatement("delete from audit_event where id >= ? and id < ? and event_time < ?")) {
            delete.setLong(1, first);
            delete.setLong(2, first + SLICE);
            delete.setObject(3, tooOld.atOffset(ZoneOffset.UTC));
            int deleted = delete.executeUpdate();
            connection.commit();
            sweeping = deleted > 0;
            return deleted;
        }
    }

    private static long firstId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select min(id) from audit_event")) {
            row.next();
            return row.getLong(1);
        }
    }

    private boolean beginSweep(Connection connection) throws SQLException {
        if (clock.instant().isBefore(nextSweep)) {
            return false;
        }
        nextSweep = clock.instant().plus(INTERVAL);
        long now = database.millis(connection);
        try (PreparedStatement claim = connection.prepareStatement("update audit_sweep set due = ? where due <= ?")) {
            claim.setLong(1, now + INTERVAL.toMillis());
            claim.setLong(2, now);
            sweeping = claim.executeUpdate() > 0;
            tooOld = Instant.ofEpochMilli(now).minus(age);
        }
        connection.commit();
        return sweeping;
    }
}
