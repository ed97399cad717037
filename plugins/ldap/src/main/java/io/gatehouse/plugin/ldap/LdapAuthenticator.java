package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges names and passwords by a directory. What a directory that is down, hangs or can not tell all groups would say is
 * not guessed: the login is unavailable then.
 */
final class LdapAuthenticator implements LoginAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(LdapAuthenticator.class);

    static final int MAXIMUM_PASSWORD_BYTES = 1024;

    /** A whole login; the host gives up after ten seconds. */
    static final Duration LONGEST = Duration.ofSeconds(9);

    /** Less than the 64 calls that the host makes at once, so that known passwords pass while a directory hangs. */
    static final int MOST_WAITING = 56;

    /**
     * What it is made of.
     *
     * @param product the administrator's name for it
     * @param title what the login page calls it
     * @param challenge what a client without a password is told
     * @param mayLook whether somebody can be looked up without their password
     */
    record Parts(
            String product,
            String title,
            String challenge,
            boolean mayLook,
            TypedName names,
            LoginMethod method,
            People people,
            Directory directory,
            RememberedLogins remembered) {}

    /**
     * What is said to a login.
     *
     * @param judged whether the directory said it
     */
    private record Answer(AuthenticationResult result, boolean judged) {}

    private final Parts parts;
    private final Clock clock;
    private final Outages outages;
    private final OneAtATime<ByteBuffer, Answer> logins = new OneAtATime<>(MOST_WAITING, LONGEST);

    LdapAuthenticator(Parts parts, Clock clock) {
        this.parts = parts;
        this.clock = clock;
        this.outages = new Outages(parts.product(), clock);
    }

    @Override
    public String title() {
        return parts.title();
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of(parts.challenge());
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        if (!(credential instanceof Credential.Basic basic)) {
            return AuthenticationResult.notMine();
        }
        String password = basic.password().reveal();
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        if (password.isBlank()
                || bytes.length > MAXIMUM_PASSWORD_BYTES
                || password.chars().anyMatch(Character::isISOControl)) {
            return AuthenticationResult.rejected("the password is empty, only blanks, longer than "
                    + MAXIMUM_PASSWORD_BYTES + " bytes, or has a control character");
        }
        Optional<String> user = parts.names().alone(basic.user());
        if (user.isEmpty()) {
            return AuthenticationResult.notMine();
        }
        ByteBuffer fingerprint = parts.remembered().fingerprint(basic.user(), bytes);
        LoginMethod.Attempt attempt =
                new LoginMethod.Attempt(basic.user(), user.get(), basic.password(), request.clientAddress());
        Supplier<Answer> question = () -> once(fingerprint, attempt);
        Optional<RememberedLogins.Remembered> known = parts.remembered().find(fingerprint);
        if (known.isEmpty()) {
            return logins.ask(fingerprint, question)
                    .map(Answer::result)
                    .orElseGet(() -> AuthenticationResult.unavailable(
                            "too many logins wait for the directory, or an equal one was not answered"));
        }
        AuthenticationResult before = known.get().result();
        if (!known.get().due()) {
            return before;
        }
        return logins.askUnlessAsked(fingerprint, question)
                .filter(Answer::judged)
                .map(Answer::result)
                .orElse(before);
    }

    private Answer once(ByteBuffer fingerprint, LoginMethod.Attempt attempt) {
        // It may have become known between the first look and this one.
        Optional<RememberedLogins.Remembered> known = parts.remembered().find(fingerprint);
        if (known.isPresent() && !known.get().due()) {
            return new Answer(known.get().result(), true);
        }
        try {
            Optional<AuthenticationResult> judged = parts.method().login(attempt, Deadline.in(LONGEST));
            if (judged.isEmpty()) {
                String reason = "too many guesses from " + attempt.client().getHostAddress() + "; \"" + attempt.user()
                        + "\" was not looked at";
                return new Answer(AuthenticationResult.rejected(reason), false);
            }
            outages.answered();
            AuthenticationResult result = named(attempt.user(), judged.get());
            parts.remembered().remember(fingerprint, result);
            return new Answer(result, true);
        } catch (LDAPException e) {
            return new Answer(AuthenticationResult.unavailable(failed(e)), false);
        }
    }

    private AuthenticationResult named(String user, AuthenticationResult result) {
        if (!(result instanceof AuthenticationResult.Rejected rejected)) {
            return result;
        }
        LOG.info("{}: \"{}\" is refused: {}", parts.product(), user, rejected.reason());
        return AuthenticationResult.rejected("\"" + user + "\": " + rejected.reason());
    }

    /**
     * By the service account: still there, with an account that may be used, and the groups of now. With a direct bind
     * nobody can be looked up, and the session ends.
     */
    @Override
    public Renewal renew(Identity identity, Optional<Secret> grant) {
        if (!parts.mayLook()) {
            return Renewal.ended("with bind-as nobody can be looked up without their password");
        }
        try {
            Deadline deadline = Deadline.in(LONGEST);
            Renewal renewal = parts.directory().look(deadline, reader -> renew(identity, grant, reader));
            outages.answered();
            return renewal;
        } catch (LDAPException e) {
            return Renewal.unavailable(failed(e));
        }
    }

    @Override
    public boolean renewsWithoutGrant() {
        return parts.mayLook();
    }

    private Renewal renew(Identity identity, Optional<Secret> grant, DirectoryReader reader) throws LDAPException {
        List<Entry> found = parts.people().called(identity.user(), reader);
        if (found.size() != 1) {
            return Renewal.ended(
                    found.isEmpty() ? "there is no such user any more" : "several entries have the user's name");
        }
        Optional<String> fault = AccountState.fault(found.get(0), clock);
        if (fault.isPresent()) {
            return Renewal.ended(fault.get());
        }
        AuthenticationResult result = parts.people().identity(found.get(0), reader);
        if (result instanceof AuthenticationResult.Authenticated now) {
            return Renewal.renewed(now.identity(), grant);
        }
        return Renewal.ended(result instanceof AuthenticationResult.Rejected rejected ? rejected.reason() : "refused");
    }

    private String failed(LDAPException e) {
        String message = e.getMessage().replaceAll("\\p{Cntrl}+", " ");
        String reason = "the directory can not tell: " + e.getResultCode() + ", "
                + message.substring(0, Math.min(message.length(), 300));
        outages.failed(reason);
        return reason;
    }

    @Override
    public void close() {
        parts.directory().close();
    }
}
