package io.gatehouse.token;

import io.gatehouse.login.Endings;
import io.gatehouse.login.Login;
import io.gatehouse.login.LoginRules;
import io.gatehouse.login.SessionText;
import io.gatehouse.login.SharedState;
import io.gatehouse.spi.StateStore.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When the owners of tokens were confirmed last, in the store; and who of them may not log in any more, among what has
 * ended, so that every replica hears of it within seconds. Each of these throws {@link SharedState.UnavailableException}
 * when the store does not answer.
 */
final class Confirmations {

    private static final String KIND = "confirmed";
    private static final String PURPOSE = "confirmed ";

    /** By how much replicas' clocks may differ. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private final LoginRules rules;
    private final SharedState state;
    private final Endings endings;
    private final Clock clock;
    /** The ways to log in that tell of somebody who is not there. */
    private final Set<String> telling;

    Confirmations(LoginRules rules, SharedState state, Endings endings, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.endings = endings;
        this.clock = clock;
        this.telling = rules.logins().values().stream()
                .filter(login ->
                        login.call().here().call(() -> login.authenticator().renewsWithoutGrant(), failed -> false))
                .map(Login::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether somebody can be asked about without them. */
    boolean tells(String authenticator) {
        return telling.contains(authenticator);
    }

    /** @return nothing for an owner of whom nothing was noted yet */
    Optional<Confirmation> read(String id) {
        return noted(id).map(noted -> believed(id, noted));
    }

    /** What a clock that was ahead has noted is taken back; so is a time that was set while people were asked less. */
    private Confirmation believed(String id, Confirmation noted) {
        Instant latest = now().plus(SKEW);
        if (!noted.confirmed().isAfter(latest)
                && !noted.due().isAfter(latest.plus(rules.times().renew()))) {
            return noted;
        }
        Confirmation here = noted.takenBackTo(now());
        return write(id, here) ? here : here.withVersion(noted.version());
    }

    private Optional<Confirmation> noted(String id) {
        return state.read(KIND, id)
                .map(entry -> rules.keys()
                        .open(PURPOSE + id, entry.value())
                        .flatMap(bytes -> SessionText.read(
                                bytes,
                                in -> new Confirmation(
                                        SessionText.instant(in),
                                        SessionText.instant(in),
                                        SessionText.instant(in),
                                        entry.version())))
                        .orElse(Confirmation.NEVER.withVersion(entry.version()))); // no key opens it any more
    }

    /** @return whether this is the version behind the one that is there */
    boolean write(String id, Confirmation confirmation) {
        byte[] bytes = SessionText.compressed(out -> {
            out.writeLong(confirmation.confirmed().toEpochMilli());
            out.writeLong(confirmation.asked().toEpochMilli());
            out.writeLong(confirmation.due().toEpochMilli());
        });
        return state.write(new Entry(
                KIND, id, confirmation.version(), List.of(), rules.keys().seal(PURPOSE + id, bytes), until()));
    }

    /** Longer than any token that somebody has now. */
    private Instant until() {
        Duration tokens = rules.times().tokens();
        Duration confirm = rules.times().confirm();
        return now().plus(tokens.compareTo(confirm) > 0 ? tokens : confirm);
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /**
     * Notes that somebody has proven themselves. One whose tokens do not count is asked about at the next use of one: the
     * password may be a remembered one.
     */
    void confirm(Owner owner) {
        String id = owner.id();
        if (!tells(owner.authenticator()) || endings.ended(id).isEmpty()) {
            proven(owner);
            return;
        }
        Confirmation known = read(id).orElse(Confirmation.NEVER);
        if (now().isBefore(known.due())) {
            write(id, known.dueAt(now()));
        }
    }

    /**
     * Notes that somebody was proven, by themselves or by an answer about them. One who was asked about since, and may not
     * log in, still may not; what differs by less than anybody minds is not written.
     */
    void proven(Owner owner) {
        String id = owner.id();
        boolean suspended = endings.ended(id).isPresent();
        for (int attempt = 0; attempt < 10; attempt++) {
            Confirmation known = read(id).orElse(Confirmation.NEVER);
            boolean resumes = suspended && !owner.proven().isBefore(known.asked());
            if (!resumes && owner.proven().isBefore(known.confirmed().plus(pause()))) {
                return;
            }
            if (write(
                    id,
                    known.confirmedAt(
                            owner.proven(), owner.proven().plus(rules.times().renew())))) {
                if (resumes) {
                    endings.resume(state, id, until());
                }
                return;
            }
        }
        throw SharedState.busy();
    }

    /** So that each of many sessions of a person does not write at each of its renewals. */
    private Duration pause() {
        Duration tenth = rules.times().confirm().dividedBy(10);
        return tenth.compareTo(rules.times().renew()) < 0
                ? tenth
                : rules.times().renew();
    }

    /** Has nothing of somebody's count until they are confirmed again. */
    void suspend(String id, String reason) {
        endings.suspend(state, id, until(), reason);
    }

    /** Why nothing of somebody's counts. */
    Optional<String> suspended(String id) {
        return endings.ended(id);
    }

    /** Until when tokens of somebody count of whom nothing more is heard. */
    Instant countsUntil(Confirmation confirmation) {
        return confirmation.confirmed().plus(rules.times().confirm());
    }
}
