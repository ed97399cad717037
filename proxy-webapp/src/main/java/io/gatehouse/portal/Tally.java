package io.gatehouse.portal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Counts what somebody does within a time, so that it can be bounded. As many somebodies are known as fit in memory. */
final class Tally {

    private static final int MOST_KNOWN = 10_000;

    private final int most;
    private final Duration time;
    private final Clock clock;
    private final Map<String, Window> windows = new HashMap<>();

    private record Window(Instant end, int count) {}

    /** @param most how often within the time */
    Tally(int most, Duration time, Clock clock) {
        this.most = most;
        this.time = time;
        this.clock = clock;
    }

    /** Counts once more. @return whether it was not too often; never for a stranger when too many are known */
    synchronized boolean count(String who) {
        Instant now = clock.instant();
        if (windows.size() >= MOST_KNOWN) {
            windows.values().removeIf(window -> !now.isBefore(window.end()));
        }
        Window known = windows.get(who);
        boolean fresh = known == null || !now.isBefore(known.end());
        if (known == null && windows.size() >= MOST_KNOWN) {
            return false;
        }
        Window next = fresh ? new Window(now.plus(time), 1) : new Window(known.end(), known.count() + 1);
        windows.put(who, next);
        return next.count() <= most;
    }

    /** Whether once more would be too often. */
    synchronized boolean isUsedUp(String who) {
        Window known = windows.get(who);
        return known != null && clock.instant().isBefore(known.end()) && known.count() >= most;
    }
}
