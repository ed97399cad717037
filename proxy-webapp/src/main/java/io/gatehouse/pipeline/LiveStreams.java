package io.gatehouse.pipeline;

import io.gatehouse.spi.Decision;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Set<LiveStream> live = ConcurrentHashMap.newKeySet();
    /** Streams about which nothing could be told, and since when. */
    private final Map<LiveStream, Long> undecided = new ConcurrentHashMap<>();

    private final Clock clock;
    private volatile Duration maxAge;
    private volatile Map<String, Route> routes = Map.of();
    private volatile long changed;

    public LiveStreams(Clock clock, Duration maxAge) {
        this.clock = clock;
        this.maxAge = maxAge;
    }

    /** How old a stream may get from now on. */
    public void maxAge(Duration newMaxAge) {
        maxAge = newMaxAge;
    }

    /** Lists a stream; one that was judged before the rules changed is judged again at once. */
    void add(LiveStream stream) {
        live.add(stream);
        if (!routes.isEmpty() && stream.began() - changed <= 0) {
            judge(stream);
        }
    }

    void remove(LiveStream stream) {
        live.remove(stream);
        undecided.remove(stream);
    }

    /** How many there are now. */
    public int size() {
        return live.size();
    }

    /** Ends what is too old or whose proof has expired; call it about once a second. */
    public void closeExpired() {
        undecided.keySet().forEach(this::judge);
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
     * Judges every stream under new rules and ends those that would not be let in any more. One that can not be told
     * about at the moment is judged again every second, and ended when that lasts.
     */
    public void judgeAgain(Rules rules) {
        Map<String, Route> byName = new HashMap<>();
        rules.routesByTarget().forEach((target, route) -> byName.put(target.name(), route));
        routes = byName;
        changed = System.nanoTime();
        live.forEach(this::judge);
    }

    private void judge(LiveStream stream) {
        Optional<String> refusal = refusal(stream, routes.get(stream.question().target()));
        if (refusal.isEmpty()) {
            long since = undecided.computeIfAbsent(stream, unknown -> System.nanoTime());
            if (System.nanoTime() - since > PATIENCE.toNanos()) {
                close(stream, "whether it may go on could not be told");
            }
            return;
        }
        undecided.remove(stream);
        if (!refusal.get().isEmpty()) {
            close(stream, refusal.get());
        }
    }

    private static void close(LiveStream stream, String reason) {
        LOG.info("A stream of {} is closed: {}", stream.question().target(), reason);
        stream.close().accept(reason);
    }

    /** Why a stream may not go on; an empty text when it may, nothing when that can not be told. */
    private static Optional<String> refusal(LiveStream stream, Route route) {
        if (route == null) {
            return Optional.of("the target is gone");
        }
        try {
            AuthenticationChain.Proven proven = stream.question().prove(route);
            if (!proven.identity().user().equals(stream.identity().user())) {
                return Optional.of("the credential is somebody else's now");
            }
            Decision decision = stream.question().decide(route, proven);
            if (decision instanceof Decision.Unavailable) {
                return Optional.empty();
            }
            return Optional.of(
                    decision instanceof Decision.Deny ? "refused by the new rules: " + decision.reason() : "");
        } catch (RefusedException e) {
            return e.status() == 503 ? Optional.empty() : Optional.of("the identity is gone: " + e.reason());
        }
    }

    /** Ends all. */
    public void closeAll(String reason) {
        for (LiveStream stream : live) {
            stream.close().accept(reason);
        }
    }
}
