package io.gatehouse.plugin.github;

import java.time.Duration;

/** When all the calls of one judgement have to be done. */
final class Deadline {

    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** What is left of it, and not more than that. */
    Duration atMost(Duration time) {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        return left.compareTo(time) < 0 ? left : time;
    }
}
