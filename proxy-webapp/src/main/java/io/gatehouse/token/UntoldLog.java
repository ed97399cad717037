package io.gatehouse.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line when an authenticator can not tell of an owner, and one a minute while it can not, with how many they were. */
final class UntoldLog {

    private static final Logger LOG = LoggerFactory.getLogger(UntoldLog.class);
    private static final Duration REPEAT = Duration.ofMinutes(1);

    /** When the last line was written, and how many could not be told of since. */
    private record Said(Instant time, long since) {}

    private final Clock clock;
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    UntoldLog(Clock clock) {
        this.clock = clock;
    }

    void untold(String user, String authenticator, String reason) {
        said.compute(authenticator, (same, last) -> {
            Instant now = clock.instant();
            if (last != null && now.isBefore(last.time().plus(REPEAT))) {
                return new Said(last.time(), last.since() + 1);
            }
            String others = last == null || last.since() == 0 ? "" : ", nor " + last.since() + " times since last said";
            LOG.warn("Whether {} may still log in by {} can not be told{}: {}", user, authenticator, others, reason);
            return new Said(now, 0);
        });
    }
}
