package io.gatehouse.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line when a target refuses Gatehouse's own credential, and one a minute while it does, with how many they were. */
final class OwnCredentialLog {

    private static final Logger LOG = LoggerFactory.getLogger(OwnCredentialLog.class);
    private static final Duration REPEAT = Duration.ofMinutes(1);

    /** Targets come and go at run time. */
    private static final int MAX = 1_000;

    /** When the last line was written, and how many requests were refused since. */
    private record Said(long nanos, long since) {}

    private final LongSupplier nanos;
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    /** @param nanos {@link System#nanoTime} */
    OwnCredentialLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @param message names the target */
    void refused(String request, String message) {
        if (said.size() >= MAX) {
            said.clear(); // a line too many is no harm
        }
        said.compute(message, (same, last) -> {
            long now = nanos.getAsLong();
            if (last != null && now - last.nanos() < REPEAT.toNanos()) {
                return new Said(last.nanos(), last.since() + 1);
            }
            String others = last == null || last.since() == 0
                    ? ""
                    : ", as it did of " + last.since() + " more since it was last said";
            LOG.warn("Request {}: {}{}", request, message, others);
            return new Said(now, 0);
        });
    }
}
