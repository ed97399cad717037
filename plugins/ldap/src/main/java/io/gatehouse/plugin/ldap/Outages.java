package io.gatehouse.plugin.ldap;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line when a directory begins to fail, one a minute while it does, and one when it answers again. */
final class Outages {

    private static final Logger LOG = LoggerFactory.getLogger(Outages.class);
    private static final Duration REPEAT = Duration.ofMinutes(1);

    private final String product;
    private final Clock clock;
    private Instant said = Instant.MIN;
    private volatile boolean failing;

    Outages(String product, Clock clock) {
        this.product = product;
        this.clock = clock;
    }

    synchronized void failed(String reason) {
        Instant now = clock.instant();
        if (!failing || !now.isBefore(said.plus(REPEAT))) {
            LOG.warn("{}: {}", product, reason);
            said = now;
        }
        failing = true;
    }

    void answered() {
        if (failing) {
            failing = false;
            LOG.info("{}: the directory answers again", product);
        }
    }
}
