package io.gatehouse.token;

import io.gatehouse.login.SharedState;
import io.gatehouse.spi.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Tokens that requests have shown, so that the store is asked about each of them once in a while only. What was revoked is
 * told by the list of what has ended, which is asked for every second; unknown tokens are remembered shortly, and few are
 * looked up at once, so that guessing costs the store little.
 */
public final class RememberedTokens {

    /** How long one that is in the store is believed to be there. */
    static final Duration KNOWN = Duration.ofMinutes(5);

    private static final Duration UNKNOWN = Duration.ofSeconds(10);
    private static final int MAX = 10_000;
    private static final int LOOK_UPS = 8;

    private record Memory(Optional<ApiToken> token, Instant until) {}

    private final ApiTokens tokens;
    private final Clock clock;
    private final Map<String, Memory> known = new ConcurrentHashMap<>();
    /** Apart, so that guesses push no token out. */
    private final Map<String, Memory> unknown = new ConcurrentHashMap<>();

    private final Semaphore lookUps = new Semaphore(LOOK_UPS);

    public RememberedTokens(ApiTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * The token that a text is.
     *
     * @return nothing when there is none, or it has expired
     * @throws SharedState.UnavailableException when the store does not answer, or is asked too much
     */
    Optional<ApiToken> find(Secret text) {
        return TokenText.parse(text.reveal())
                .flatMap(parsed -> memory(parsed.id())
                        .filter(token -> tokens.holds(token, parsed.secret()))
                        .filter(token -> !tokens.hasExpired(token)));
    }

    private Optional<ApiToken> memory(String id) {
        Memory memory = known.getOrDefault(id, unknown.get(id));
        if (memory != null && clock.instant().isBefore(memory.until())) {
            return memory.token();
        }
        if (!lookUps.tryAcquire()) {
            throw SharedState.busy();
        }
        try {
            Optional<ApiToken> token = tokens.find(id);
            known.remove(id);
            Map<String, Memory> memories = token.isPresent() ? known : unknown;
            if (memories.size() >= MAX) {
                memories.clear(); // full of what nobody asks for again: those in use are back at once
            }
            memories.put(id, new Memory(token, clock.instant().plus(token.isPresent() ? KNOWN : UNKNOWN)));
            return token;
        } finally {
            lookUps.release();
        }
    }

    /** Why a token is no longer let in. @throws SharedState.UnavailableException when that can not be told */
    Optional<String> ended(ApiToken token) {
        return tokens.ended(token);
    }
}
