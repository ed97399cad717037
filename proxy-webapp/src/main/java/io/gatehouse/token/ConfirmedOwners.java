package io.gatehouse.token;

import io.gatehouse.log.OncePerMinute;
import io.gatehouse.login.Login;
import io.gatehouse.login.LoginRules;
import io.gatehouse.login.SharedState;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Renewal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the owners of tokens in use are still there. Where an authenticator can tell that without them, it is asked as
 * often as for a session, by one request of one replica; the others go on with what was known.
 */
public final class ConfirmedOwners {

    private static final Logger LOG = LoggerFactory.getLogger(ConfirmedOwners.class);

    /** How long a request waits for an answer about its token's owner. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Until somebody is asked about again, where there was no answer. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    /** How long it is believed that somebody's tokens do not count. */
    private static final Duration UNCOUNTED = Duration.ofSeconds(10);

    private static final int MAX = 10_000;

    private record Memory(Confirmation confirmation, Instant read) {}

    private final LoginRules rules;
    private final ApiTokens tokens;
    private final Confirmations confirmations;
    private final Clock clock;

    private final Map<String, Memory> known = new ConcurrentHashMap<>();
    private final Set<String> asking = ConcurrentHashMap.newKeySet();
    private final Map<String, AskingPlaces> places = new ConcurrentHashMap<>();
    private final OncePerMinute unanswered = new OncePerMinute(System::nanoTime);

    public ConfirmedOwners(LoginRules rules, ApiTokens tokens, Clock clock) {
        this.rules = rules;
        this.tokens = tokens;
        this.confirmations = tokens.confirmations();
        this.clock = clock;
    }

    /**
     * Why a token does not count for what is known of its owner.
     *
     * @throws SharedState.UnavailableException when the store does not answer
     */
    Optional<AuthenticationResult> refusal(ApiToken token) {
        String id = Owner.id(token.authenticator(), token.identity());
        boolean tells = confirmations.tells(token.authenticator());
        Confirmation confirmation = remembered(id, token);
        if (tells && isDue(confirmation) && asking.add(id)) {
            try {
                confirmation = askedInItsPlace(id, token).orElse(confirmation);
            } catch (SharedState.UnavailableException e) { // what was known counts until there is no news for too long
                LOG.debug("Nobody can be asked about without the store: {}", e.getMessage());
            } finally {
                asking.remove(id);
            }
        }
        Optional<String> suspended = confirmations.suspended(id);
        if (suspended.isPresent()) {
            return Optional.of(AuthenticationResult.rejected(of(token) + "may not log in: " + suspended.get()));
        }
        if (now().isBefore(confirmations.countsUntil(confirmation))) {
            return Optional.empty();
        }
        String since = "was last confirmed by " + token.authenticator() + " at " + confirmation.confirmed();
        return Optional.of(
                tells
                        ? AuthenticationResult.unavailable(of(token) + since + ", which does not answer")
                        : AuthenticationResult.rejected(of(token) + since + "; a login would confirm them"));
    }

    private static String of(ApiToken token) {
        return "API token " + token.id() + " does not count: its owner ";
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private boolean isDue(Confirmation confirmation) {
        return !now().isBefore(confirmation.due());
    }

    private Confirmation remembered(String id, ApiToken token) {
        Memory memory = known.get(id);
        return memory != null && holds(id, memory) ? memory.confirmation() : read(id, token);
    }

    /** What lets nothing count is soon read again: somebody may have logged in elsewhere. */
    private boolean holds(String id, Memory memory) {
        boolean counts = now().isBefore(confirmations.countsUntil(memory.confirmation()))
                && confirmations.suspended(id).isEmpty();
        return now().isBefore(memory.read().plus(counts ? RememberedTokens.KNOWN : UNCOUNTED));
    }

    private Confirmation read(String id, ApiToken token) {
        return remember(id, confirmations.read(id).orElseGet(() -> Confirmation.since(token.created())));
    }

    private Confirmation remember(String id, Confirmation confirmation) {
        if (known.size() >= MAX) {
            known.clear(); // those in use are back at once
        }
        known.put(id, new Memory(confirmation, now()));
        return confirmation;
    }

    /** @return nothing when all places are taken */
    private Optional<Confirmation> askedInItsPlace(String id, ApiToken token) {
        Optional<AskingPlaces.Place> free = places.computeIfAbsent(token.authenticator(), name -> new AskingPlaces())
                .take();
        if (free.isEmpty()) {
            return Optional.empty();
        }
        try (AskingPlaces.Place place = free.get()) {
            return Optional.of(asked(id, token, place));
        }
    }

    /** Asks, unless another replica does, or somebody was confirmed meanwhile. */
    private Confirmation asked(String id, ApiToken token, AskingPlaces.Place place) {
        Confirmation before = read(id, token);
        Confirmation ours = before.askedAt(now(), now().plus(RETRY));
        if (!isDue(before) || !confirmations.write(id, ours)) {
            return before;
        }
        remember(id, ours);
        Login login = rules.logins().get(token.authenticator());
        Identity identity = token.identity();
        Renewal renewal = login.call()
                .within(PATIENCE)
                .call(
                        place.during(() -> login.authenticator().renew(identity, Optional.empty())),
                        Renewal::unavailable);
        if (renewal instanceof Renewal.Renewed good) {
            boolean same = good.identity().user().equals(identity.user())
                    && good.identity().uid().equals(identity.uid());
            if (same) {
                tokens.follow(login.name(), good.identity());
                confirmations.proven(new Owner(login.name(), good.identity(), now()));
            } else {
                suspend(id, ours, token, "another user has the name");
            }
        } else if (renewal instanceof Renewal.Ended gone) {
            suspend(id, ours, token, gone.reason());
        } else if (renewal instanceof Renewal.Unavailable later) {
            sayUnanswered(identity.user(), login.name(), later.reason());
        }
        return read(id, token);
    }

    private void sayUnanswered(String user, String authenticator, String reason) {
        unanswered.say(authenticator, more -> {
            String others = more == 0 ? "" : ", nor " + more + " times since last said";
            LOG.warn("Whether {} may still log in by {} can not be told{}: {}", user, authenticator, others, reason);
        });
    }

    private void suspend(String id, Confirmation ours, ApiToken token, String reason) {
        boolean counted = confirmations.suspended(id).isEmpty();
        confirmations.suspend(id, reason);
        if (counted) {
            LOG.info(
                    "The tokens of {} by {} do not count any more: {}",
                    token.identity().user(),
                    token.authenticator(),
                    reason);
        }
        confirmations.write(id, ours.dueAt(ours.asked().plus(rules.times().renew()))); // once what was heard holds
    }
}
