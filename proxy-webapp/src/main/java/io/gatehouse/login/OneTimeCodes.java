package io.gatehouse.login;

import io.gatehouse.spi.StateStore.Entry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Codes that stand for something once and for a short time. The store knows neither the code nor what it stands for. */
final class OneTimeCodes {

    private final String kind;
    private final Duration life;
    private final KeyRing keys;
    private final SharedState state;
    private final Clock clock;

    /**
     * @param kind what the store calls them
     * @param life how long one is good
     */
    OneTimeCodes(String kind, Duration life, KeyRing keys, SharedState state, Clock clock) {
        this.kind = kind;
        this.life = life;
        this.keys = keys;
        this.state = state;
        this.clock = clock;
    }

    /**
     * Makes one.
     *
     * @param purpose whom and what it is for: it is redeemed for nothing else
     * @throws SharedState.UnavailableException when the store does not answer
     */
    String make(String purpose, byte[] meaning) {
        String code = KeyRing.randomName();
        state.write(new Entry(
                kind,
                Fingerprint.of(code),
                1,
                List.of(),
                keys.seal(purpose, meaning),
                clock.instant().plus(life)));
        return code;
    }

    /**
     * What a code stands for; whoever shows it first uses it up, for this purpose or not.
     *
     * @throws SharedState.UnavailableException when the store does not answer
     */
    Optional<byte[]> redeem(String code, String purpose) {
        Optional<Entry> entry = state.read(kind, Fingerprint.of(code));
        boolean first = entry.filter(known -> state.write(
                        new Entry(kind, known.key(), known.version() + 1, List.of(), "used", known.expires())))
                .isPresent();
        return first ? keys.open(purpose, entry.get().value()) : Optional.empty();
    }
}
