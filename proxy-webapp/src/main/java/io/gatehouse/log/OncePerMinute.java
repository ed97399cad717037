package io.gatehouse.log;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** One line when something goes wrong, and one a minute while it does, with how many more times it did in between. */
public final class OncePerMinute {

    private static final Duration REPEAT = Duration.ofMinutes(1);

    /** How much is told apart: targets, for one, come and go at run time. */
    private static final int MAX = 1_000;

    /** When the last line was written, and how many were not since. */
    private record Said(long nanos, long unsaid) {}

    private final LongSupplier nanos;
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    /** @param nanos {@link System#nanoTime} */
    public OncePerMinute(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Writes a line, unless one about the same was written within the last minute.
     *
     * @param about what goes wrong, or whose it is; each has lines of its own
     * @param line is told how many more times it did since the last line; called once at the most, before this returns
     */
    public void say(String about, LongConsumer line) {
        if (said.size() >= MAX) {
            said.clear(); // a line too many is no harm
        }
        said.compute(about, (same, last) -> {
            long now = nanos.getAsLong();
            if (last != null && now - last.nanos() < REPEAT.toNanos()) {
                return new Said(last.nanos(), last.unsaid() + 1);
            }
            line.accept(last == null ? 0 : last.unsaid());
            return new Said(now, 0);
        });
    }
}
