package io.gatehouse.token;

import io.gatehouse.login.Endings;
import io.gatehouse.login.Fingerprint;
import io.gatehouse.login.LoginRules;
import io.gatehouse.login.SessionText;
import io.gatehouse.login.SharedState;
import io.gatehouse.pipeline.NarrowedAuthenticator;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.StateStore.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** API tokens in the store: made, listed, looked up and revoked. */
public final class ApiTokens {

    private static final String KIND = "token";
    private static final String PURPOSE = "api token ";

    /** What one person may have at once. */
    public static final int MAX_PER_PERSON = 100;

    private final LoginRules rules;
    private final SharedState state;
    private final Endings endings;
    private final Confirmations confirmations;
    private final Clock clock;

    public ApiTokens(LoginRules rules, SharedState state, Endings endings, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.endings = endings;
        this.confirmations = new Confirmations(rules, state, endings, clock);
        this.clock = clock;
    }

    /** A token and its text, which nobody can be shown again. */
    public record Issued(ApiToken token, Secret text) {}

    /**
     * A token, and how it stands with it.
     *
     * @param until when it ends, or counts no more unless its owner is confirmed once more before
     * @param refused why it does not count at the moment, though that time has not come
     */
    public record Standing(ApiToken token, Instant until, Optional<String> refused) {}

    /** The longest that a token may live. */
    public Duration longestLife() {
        return rules.times().tokens();
    }

    /**
     * Makes one.
     *
     * @throws IllegalArgumentException saying what can not be as it is asked for
     * @throws SharedState.UnavailableException when the store does not answer
     */
    public Issued issue(Owner owner, String name, Duration life, Set<String> targets, Set<String> verbs) {
        Identity identity = owner.identity();
        if (name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the name must have 1 to 100 characters");
        }
        if (life.isNegative() || life.isZero() || life.compareTo(longestLife()) > 0) {
            throw new IllegalArgumentException(
                    "the token may live for at most " + longestLife().toDays() + " days");
        }
        if (targets.size() > 100
                || verbs.size() > 20
                || verbs.stream().anyMatch(verb -> !verb.matches("[a-z]{1,20}"))) {
            throw new IllegalArgumentException(
                    "the token may be narrowed to at most 100 targets and 20 verbs in lower case");
        }
        if (of(identity.user()).size() >= MAX_PER_PERSON) {
            throw new IllegalArgumentException("there are " + MAX_PER_PERSON + " tokens already; revoke one first");
        }
        Instant now = Instant.ofEpochMilli(clock.millis());
        TokenText text = TokenText.random();
        Identity person = new Identity(
                identity.user(),
                identity.uid(),
                identity.groups(),
                identity.extra(),
                NarrowedAuthenticator.API_TOKEN,
                Optional.empty());
        ApiToken token = new ApiToken(
                text.id(),
                name.strip(),
                owner.authenticator(),
                person,
                now,
                now.plus(life),
                targets,
                verbs,
                rules.keys().mac(PURPOSE + text.id(), text.secret()));
        confirmations.confirm(owner);
        state.write(entry(token, 1));
        return new Issued(token, Secret.of(text.whole()));
    }

    private Entry entry(ApiToken token, long version) {
        byte[] bytes = SessionText.compressed(out -> {
            out.writeUTF(token.name());
            out.writeUTF(token.authenticator());
            SessionText.write(out, token.identity());
            out.writeLong(token.created().toEpochMilli());
            SessionText.write(out, List.copyOf(token.targets()));
            SessionText.write(out, List.copyOf(token.verbs()));
            out.writeUTF(token.mac());
        });
        return new Entry(
                KIND,
                token.id(),
                version,
                List.of(label(token.identity().user())),
                rules.keys().seal(PURPOSE + token.id(), bytes),
                token.expires());
    }

    private static String label(String user) {
        return "user " + Fingerprint.of(user);
    }

    private Optional<ApiToken> token(Entry entry) {
        return rules.keys()
                .open(PURPOSE + entry.key(), entry.value())
                .flatMap(bytes -> SessionText.read(
                        bytes,
                        in -> new ApiToken(
                                entry.key(),
                                in.readUTF(),
                                in.readUTF(),
                                SessionText.readIdentity(in),
                                SessionText.instant(in),
                                entry.expires(),
                                Set.copyOf(SessionText.readTexts(in)),
                                Set.copyOf(SessionText.readTexts(in)),
                                in.readUTF())));
    }

    /** A person's tokens. @throws SharedState.UnavailableException when the store does not answer */
    public List<ApiToken> of(String user) {
        List<ApiToken> tokens = new ArrayList<>();
        for (Entry entry : state.find(KIND, label(user), 1_000)) {
            token(entry).ifPresent(tokens::add);
        }
        return tokens;
    }

    /** How it stands with a person's tokens. @throws SharedState.UnavailableException when the store does not answer */
    public List<Standing> standings(String user) {
        return of(user).stream().map(this::standing).toList();
    }

    /** How it stands with one. @throws SharedState.UnavailableException when the store does not answer */
    public Standing standing(ApiToken token) {
        String owner = Owner.id(token.authenticator(), token.identity());
        Instant until = confirmations.countsUntil(
                confirmations.read(owner).orElseGet(() -> Confirmation.since(token.created())));
        return new Standing(
                token,
                until.isBefore(token.expires()) ? until : token.expires(),
                ended(token).or(() -> confirmations.suspended(owner)));
    }

    /**
     * Has a person's tokens by one authenticator count on, and take over the groups that it says the person is in now, but
     * not those of somebody else who has had the same name before. One that is changed elsewhere meanwhile is left to
     * that.
     *
     * @throws SharedState.UnavailableException when the store does not answer
     */
    public void follow(String authenticator, Identity now) {
        boolean hasTokens = false;
        for (Entry entry : state.find(KIND, label(now.user()), 1_000)) {
            Optional<ApiToken> theirs = token(entry)
                    .filter(token -> token.authenticator().equals(authenticator)
                            && token.identity().user().equals(now.user())
                            && token.identity().uid().equals(now.uid()));
            theirs.filter(token -> !Set.copyOf(token.identity().groups()).equals(Set.copyOf(now.groups())))
                    .ifPresent(token -> state.write(entry(token.withGroups(now.groups()), entry.version() + 1)));
            hasTokens |= theirs.isPresent();
        }
        if (hasTokens) {
            confirm(new Owner(authenticator, now, clock.instant()));
        }
    }

    /** Has the tokens of an owner count on. @throws SharedState.UnavailableException when the store does not answer */
    public void confirm(Owner owner) {
        confirmations.confirm(owner);
    }

    Confirmations confirmations() {
        return confirmations;
    }

    /** One by its id. @throws SharedState.UnavailableException when the store does not answer */
    Optional<ApiToken> find(String id) {
        return state.read(KIND, id).flatMap(this::token);
    }

    /** Whether this is a token's secret part. */
    boolean holds(ApiToken token, String secret) {
        return rules.keys().isMac(PURPOSE + token.id(), secret, token.mac());
    }

    /**
     * Revokes one of a person's tokens, on every replica.
     *
     * @return whether the person has such a token
     * @throws SharedState.UnavailableException when the store does not answer
     */
    public boolean revoke(String user, String id, String reason) {
        Optional<ApiToken> token =
                find(id).filter(known -> known.identity().user().equals(user));
        token.ifPresent(known -> {
            endings.end(state, KIND, known.id(), known.expires(), RememberedTokens.KNOWN, reason);
        });
        return token.isPresent();
    }

    /** Why a token, or its person, is no longer let in. @throws SharedState.UnavailableException without news */
    Optional<String> ended(ApiToken token) {
        endings.requireNews();
        return endings.ended(token.id())
                .or(() -> endings.shutOut(token.identity().user()));
    }

    boolean hasExpired(ApiToken token) {
        return !clock.instant().isBefore(token.expires());
    }
}
