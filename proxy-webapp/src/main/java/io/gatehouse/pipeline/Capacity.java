package io.gatehouse.pipeline;

import io.gatehouse.pipeline.Places.Bound;
import io.gatehouse.request.ClientNetwork;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetLimits;
import java.time.Duration;
import java.util.List;

/** Whether there is room for one more request: at its target, and for its person. */
final class Capacity {

    private static final int MOST_RATES = 100_000; // two a target
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Places streamPlaces = new Places();
    private final Places requestPlaces = new Places();
    private final Rates rates = new Rates(System::nanoTime, MOST_RATES);

    /** Counts it. @throws RefusedException when its target has had enough for the moment */
    void requireRate(Passage passage) {
        TargetLimits limits = passage.route().target().limits();
        int perSecond = limits.requestsPerSecond();
        if (perSecond > 0
                && !rates.enter(rated(passage), Rates.Rate.of(perSecond, SECOND, limits.burst()))
                        .isZero()) {
            throw new RefusedException(
                    429,
                    "unavailable",
                    "the target gets no more than " + perSecond + " requests a second",
                    "too many requests, try again",
                    List.of(new Header("Retry-After", "1")));
        }
    }

    /** Takes a place. @throws RefusedException when there is none */
    Places.Place place(Passage passage, boolean lasting) {
        Target target = passage.route().target();
        TargetLimits limits = target.limits();
        String person = person(passage);
        String personHere = target.name() + "/" + person;
        return (lasting
                        ? streamPlaces.enter(List.of(
                                new Bound(target.name(), limits.streams()),
                                new Bound(personHere, limits.streamsPerUser()),
                                new Bound("/" + person, passage.limits().streams())))
                        : requestPlaces.enter(List.of(
                                new Bound(personHere, limits.requestsPerUser()),
                                new Bound("/" + person, passage.limits().requests()))))
                .orElseThrow(() -> new RefusedException(
                        429,
                        "unavailable",
                        "this person, or the target, has as many " + (lasting ? "streams" : "requests")
                                + " as are allowed",
                        "too many " + (lasting ? "streams are open" : "requests at once")));
    }

    /** Whose rate it counts for: what anybody may have can not use up what those who have logged in get. */
    private static String rated(Passage passage) {
        String target = passage.route().target().name();
        return passage.question().isIgnored(passage.route()) ? target + "/" : target; // no name has a slash
    }

    /** Nobody is as many people as there are networks that they come from. */
    private static String person(Passage passage) {
        boolean nobody = passage.question().credential() instanceof Credential.None
                || passage.question().isIgnored(passage.route());
        return nobody
                ? ClientNetwork.of(passage.admitted().client())
                : passage.proven().identity().user();
    }
}
