package io.gatehouse.plugin.auditjdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Tells which of the runs that write to the same tables are gone. A run that lives counts up in its row; one whose count
 * stood still for {@link #PATIENCE}, seen over one connection without a break, is gone. So no clock is compared with
 * another, and after an outage of the database everybody has that time to be seen again.
 */
final class LivingRuns {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The count of a run that has requests open and no row. */
    private static final long NO_ROW = 0;

    private static final String RUNS = "select run, max(beat) from (select run, beat from audit_run union all"
            + " select run, " + NO_ROW + " from audit_open) runs group by run order by run";

    /** Longer than the time between two questions for the runs that are gone. */
    private static final Duration SILENCE = Duration.ofSeconds(8);

    private record Sight(long beat, long since) {}

    private final LongSupplier nanos;
    private Map<String, Sight> sights = Map.of();
    private OptionalLong beatAt = OptionalLong.empty();

    /** @param nanos as {@link System#nanoTime} */
    LivingRuns(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Begins anew: for a while nobody could be seen. */
    void forget() {
        sights = Map.of();
    }

    /**
     * Says that a run lives, and takes the rows of those that are gone. Each that has a row is told to the one replica that
     * takes it; one without a row, which no replica can take, to every replica that has waited for it.
     *
     * @return the runs that are gone; each again later, for as long as it has requests open
     */
    List<String> gone(Connection connection, String own) throws SQLException {
        beat(connection, own);
        beatAt = OptionalLong.of(nanos.getAsLong());
        long now = nanos.getAsLong();
        Map<String, Sight> seen = new HashMap<>();
        List<String> gone = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(RUNS)) {
            while (rows.next()) {
                String run = rows.getString(1);
                long beat = rows.getLong(2);
                Sight sight = sights.get(run);
                if (run.equals(own)) {
                    continue;
                }
                if (sight == null || sight.beat() != beat) {
                    sight = new Sight(beat, now);
                } else if (now - sight.since() >= PATIENCE.toNanos()) {
                    gone.add(run);
                    sight = new Sight(beat, now);
                }
                seen.put(run, sight);
            }
        }
        sights = seen;
        List<String> ours = new ArrayList<>();
        for (String run : gone) {
            if (seen.get(run).beat() == NO_ROW
                    || take(connection, run, seen.get(run).beat())) {
                ours.add(run);
            }
        }
        return ours;
    }

    /** Says, and commits, that a run lives that has not said so for a while: nothing is asked while it has to write. */
    void breakSilence(Connection connection, String own) throws SQLException {
        long now = nanos.getAsLong();
        if (beatAt.isEmpty() || now - beatAt.getAsLong() >= SILENCE.toNanos()) {
            beat(connection, own);
            connection.commit();
            beatAt = OptionalLong.of(now);
        }
    }

    private static void beat(Connection connection, String own) throws SQLException {
        if (update(connection, "update audit_run set beat = beat + 1 where run = ?", own) == 0) {
            update(connection, "insert into audit_run (run, beat) values (?, 1)", own);
        }
    }

    private static boolean take(Connection connection, String run, long beat) throws SQLException {
        return update(connection, "delete from audit_run where run = ? and beat = ?", run, beat) > 0;
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }
}
