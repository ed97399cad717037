package io.gatehouse.pipeline;

import io.gatehouse.log.OncePerMinute;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that a target refuses Gatehouse's own credential, once a minute: every request there would. */
final class OwnCredentialLog {

    private static final Logger LOG = LoggerFactory.getLogger(OwnCredentialLog.class);

    private final OncePerMinute lines;

    /** @param nanos {@link System#nanoTime} */
    OwnCredentialLog(LongSupplier nanos) {
        this.lines = new OncePerMinute(nanos);
    }

    /** @param message names the target */
    void refused(String request, String message) {
        lines.say(message, more -> {
            String others = more == 0 ? "" : ", as it did of " + more + " more since it was last said";
            LOG.warn("Request {}: {}{}", request, message, others);
        });
    }
}
