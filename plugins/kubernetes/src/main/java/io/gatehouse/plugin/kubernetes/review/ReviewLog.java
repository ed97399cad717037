package io.gatehouse.plugin.kubernetes.review;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line when a cluster's reviews begin to fail, one a minute while they do, and one when they are answered again. */
final class ReviewLog {

    private static final Logger LOG = LoggerFactory.getLogger(ReviewLog.class);
    private static final Duration REPEAT = Duration.ofMinutes(1);

    private record Failure(String reason, Instant said) {}

    private final String product;
    private final Clock clock;
    private final Map<String, Failure> failing = new ConcurrentHashMap<>();

    ReviewLog(String product, Clock clock) {
        this.product = product;
        this.clock = clock;
    }

    void failed(String cluster, String reason) {
        Instant now = clock.instant();
        failing.compute(cluster, (same, known) -> {
            boolean said = known != null
                    && known.reason().equals(reason)
                    && now.isBefore(known.said().plus(REPEAT));
            if (said) {
                return known;
            }
            LOG.warn("{}: {}", product, reason);
            return new Failure(reason, now);
        });
    }

    void answered(String cluster) {
        if (!failing.isEmpty() && failing.remove(cluster) != null) {
            LOG.info("{}: the reviews of {} are answered again", product, cluster);
        }
    }

    void servesOlder(String cluster) {
        LOG.debug("{}: an older answer of {} stands in", product, cluster);
    }
}
