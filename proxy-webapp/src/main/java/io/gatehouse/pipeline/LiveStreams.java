package io.gatehouse.pipeline;

import io.gatehouse.spi.Decision;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every request that lasts, so that it can be ended when it may not go on: its proof has expired, its target is gone, the
 * rules refuse it now, it is too old, or Gatehouse stops.
 */
public final class LiveStreams {

    private static final Logger LOG = LoggerFactory.getLogger(LiveStreams.class);

    private final Set<LiveStream> live = ConcurrentHashMap.newKeySet();
    private final Clock clock;
    private volatile Duration maxAge;

    public LiveStreams(Clock clock, Duration maxAge) {
        this.clock = clock;
        this.maxAge = maxAge;
    }

    /** How old a stream may get from now on. */
    public void maxAge(Duration newMaxAge) {
        maxAge = newMaxAge;
    }

    void add(LiveStream stream) {
        live.add(stream);
    }

    void remove(LiveStream stream) {
        live.remove(stream);
    }

    /** How many there are now. */
    public int size() {
        return live.size();
    }

    /** Ends what is too old or whose proof has expired; call it about once a second. */
    public void closeExpired() {
        long oldest = System.nanoTime() - maxAge.toNanos();
        for (LiveStream stream : live) {
            if (stream.identity()
                    .expires()
                    .filter(expires -> !clock.instant().isBefore(expires))
                    .isPresent()) {
                stream.close().accept("the proof of identity has expired");
            } else if (stream.began() - oldest < 0) {
                stream.close().accept("the stream has reached its greatest age");
            }
        }
    }

    /**
     * Judges every stream under new rules and ends those that would not be let in any more. What can not be told at the
     * moment goes on.
     */
    public void judgeAgain(Rules rules) {
        Map<String, Route> byName = new HashMap<>();
        rules.routesByTarget().forEach((target, route) -> byName.put(target.name(), route));
        for (LiveStream stream : live) {
            String refusal = refusal(stream, byName.get(stream.question().target()));
            if (!refusal.isEmpty()) {
                LOG.info("A stream of {} is closed: {}", stream.question().target(), refusal);
                stream.close().accept(refusal);
            }
        }
    }

    private static String refusal(LiveStream stream, Route route) {
        if (route == null) {
            return "the target is gone";
        }
        try {
            AuthenticationChain.Proven proven = stream.question().prove(route);
            if (!proven.identity().user().equals(stream.identity().user())) {
                return "the credential is somebody else's now";
            }
            Decision decision = stream.question().decide(route, proven);
            return decision instanceof Decision.Deny ? "refused by the new rules: " + decision.reason() : "";
        } catch (RefusedException e) {
            return e.status() == 503 ? "" : "the identity is gone: " + e.reason();
        }
    }

    /** Ends all. */
    public void closeAll(String reason) {
        for (LiveStream stream : live) {
            stream.close().accept(reason);
        }
    }
}
