package io.gatehouse.pipeline;

import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Decision;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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
    /** Streams that nothing could be told about under the rules of now, and since when. */
    private final Map<LiveStream, Long> undecided = new ConcurrentHashMap<>();
    /** Those of them that wait for one of the judges. */
    private final Set<LiveStream> waiting = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean judgingLogins = new AtomicBoolean();

    private final Clock clock;
    private final Executor judges;
    private volatile Duration maxAge;
    private volatile Map<String, Route> routes = Map.of();
    private volatile long changed;

    /** @param judges where streams are judged again: plugins may hold these threads, the caller's never */
    public LiveStreams(Clock clock, Duration maxAge, Executor judges) {
        this.clock = clock;
        this.maxAge = maxAge;
        this.judges = judges;
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

    /**
     * Ends what is too old, whose client has left, whose proof has expired, or about which nothing could be told for half
     * a minute; has the latter judged once more. Asks no plugin itself; call it about once a second.
     */
    public void closeExpired() {
        undecided.forEach((stream, since) -> {
            if (System.nanoTime() - since > PATIENCE.toNanos()) {
                close(stream, "whether it may go on could not be told");
            } else {
                askToJudge(stream);
            }
        });
        long oldest = System.nanoTime() - maxAge.toNanos();
        for (LiveStream stream : live) {
            stream.lookForClient().run();
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

    /** Has every stream judged under new rules, and ended when it would not be let in any more. */
    public void judgeAgain(Rules rules) {
        routes = byName(rules);
        judgeAgain();
    }

    /**
     * Has every stream judged once more. One that can not be told about at the moment is judged again every second, and
     * ended when that lasts.
     */
    public void judgeAgain() {
        changed = System.nanoTime();
        for (LiveStream stream : live) {
            setUndecided(stream);
            askToJudge(stream);
        }
    }

    private static Map<String, Route> byName(Rules rules) {
        Map<String, Route> byName = new HashMap<>();
        rules.routesByTarget().forEach((target, route) -> byName.put(target.name(), route));
        return byName;
    }

    /**
     * Has the streams of browsers' sessions and of API tokens judged once more, which renews the sessions and asks about
     * the tokens' owners: nobody else does while a client only listens.
     */
    public void judgeLoginsAgain() {
        if (!judgingLogins.compareAndSet(false, true)) {
            return;
        }
        try {
            judges.execute(this::judgeLogins); // one after another: the other judges stay free for what has changed
        } catch (RejectedExecutionException e) {
            judgingLogins.set(false);
        }
    }

    private void judgeLogins() {
        try {
            live.stream()
                    .filter(stream -> stream.question().credential() instanceof Credential.Session
                            || stream.identity().method().equals(NarrowedAuthenticator.API_TOKEN))
                    .forEach(this::judge);
        } finally {
            judgingLogins.set(false);
        }
    }

    private void setUndecided(LiveStream stream) {
        undecided.putIfAbsent(stream, System.nanoTime());
        if (!live.contains(stream)) { // it ended meanwhile
            undecided.remove(stream);
        }
    }

    private void askToJudge(LiveStream stream) {
        if (!waiting.add(stream)) {
            return;
        }
        try {
            judges.execute(() -> {
                waiting.remove(stream); // before it is judged: rules that change meanwhile judge it once more
                judge(stream);
            });
        } catch (RejectedExecutionException e) { // Gatehouse stops, which ends all streams
            waiting.remove(stream);
        }
    }

    private void judge(LiveStream stream) {
        Optional<String> refusal = refusal(stream, routes.get(stream.question().target()));
        if (refusal.isEmpty()) {
            setUndecided(stream);
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
            stream.question().enter(route);
        } catch (RefusedException e) {
            return Optional.of("refused by the new rules: " + e.reason());
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
                    decision instanceof Decision.Allow ? "" : "refused by the new rules: " + decision.reason());
        } catch (RefusedException e) {
            return e.status() == 503 ? Optional.empty() : Optional.of("the identity is gone: " + e.reason());
        } catch (RuntimeException | Error e) { // one stream's bug is not the others'
            LOG.error("Judging a stream of {} again failed", stream.question().target(), e);
            return Optional.empty();
        }
    }

    /** Ends what would not end by itself. */
    public void closeLasting(String reason) {
        for (LiveStream stream : live) {
            if (stream.lasting()) {
                stream.close().accept(reason);
            }
        }
    }

    /** Ends all. */
    public void closeAll(String reason) {
        for (LiveStream stream : live) {
            stream.close().accept(reason);
        }
    }
}
