package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.LogoutNotice;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs people in at one issuer, and judges its bearer tokens. */
final class OidcLogin implements LoginAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(OidcLogin.class);

    /** Logins and renewals under way; they hold the threads of requests while the issuer answers. */
    private static final int MOST_AT_ONCE = 32;

    private static final int LONGEST_HINT = 4_096;

    /**
     * What the administrator chose.
     *
     * @param title on the login page
     * @param kubectlLogin how kubectl logs in there by itself
     * @param client who we are to the issuer
     * @param withoutRefresh how long a session lasts when the issuer gives no refresh token
     */
    record Choices(String title, List<String> kubectlLogin, CodeFlow.Client client, Duration withoutRefresh) {}

    private record Flow(Discovery discovery, CodeFlow flow) {}

    private final String issuer;
    private final OidcAuthenticator bearer;
    private final Provider provider;
    private final ProviderClient http;
    private final LoginTokens tokens;
    private final LogoutTokens logouts;
    private final Choices choices;
    private final Clock clock;
    private final Semaphore under = new Semaphore(MOST_AT_ONCE);
    private volatile Optional<Flow> flow = Optional.empty();

    OidcLogin(
            String issuer,
            OidcAuthenticator bearer,
            Provider provider,
            ProviderClient http,
            LoginTokens tokens,
            LogoutTokens logouts,
            Choices choices,
            Clock clock) {
        this.issuer = issuer;
        this.bearer = bearer;
        this.provider = provider;
        this.http = http;
        this.tokens = tokens;
        this.logouts = logouts;
        this.choices = choices;
        this.clock = clock;
    }

    /** Something that the issuer has a part in. */
    private interface Call<T> {
        T make() throws RefusedTokenException, ProviderUnavailableException;
    }

    @Override
    public String title() {
        return choices.title();
    }

    @Override
    public List<String> kubectlLogin() {
        return choices.kubectlLogin();
    }

    @Override
    public LoginStep login(LoginRequest request) {
        try {
            return bounded(() -> request.isCallback() ? callback(request) : flow().begin(request));
        } catch (RefusedTokenException e) {
            return LoginStep.refused(e.getMessage());
        } catch (ProviderUnavailableException e) {
            return LoginStep.unavailable(e.getMessage());
        }
    }

    private LoginStep callback(LoginRequest request) throws RefusedTokenException, ProviderUnavailableException {
        Optional<String> nonce = Optional.ofNullable(request.kept().get(AttemptStore.NONCE));
        if (nonce.isEmpty() || !request.kept().containsKey(AttemptStore.VERIFIER)) {
            throw new RefusedTokenException("the login was not begun here");
        }
        if (request.query().containsKey("iss") && !request.parameter("iss").equals(Optional.of(issuer))) {
            throw new RefusedTokenException("the answer at the callback is another issuer's (iss)");
        }
        if (request.query().containsKey("error")) {
            throw new RefusedTokenException("the issuer says "
                    + request.parameter("error")
                            .filter(text -> text.matches("[a-z_]{1,60}"))
                            .orElse("an error"));
        }
        CodeFlow.Tokens given = flow().end(request);
        LoginTokens.Person person = tokens.read(given, nonce);
        Grant grant = new Grant(given.idToken().orElseThrow(), given.refreshToken());
        Identity identity = grant.refreshToken().isPresent()
                ? person.identity()
                : person.identity().withExpires(clock.instant().plus(choices.withoutRefresh()));
        return new LoginStep.LoggedIn(identity, Optional.of(grant.secret()), Optional.of(person.session()));
    }

    /** As long as there is a refresh token it is used; without one the session ends where the login set its end. */
    @Override
    public Renewal renew(Identity identity, Optional<Secret> secret) {
        Optional<Grant> grant = secret.flatMap(Grant::of);
        if (grant.isEmpty()) {
            return Renewal.ended("the session has nothing to be renewed with");
        }
        if (grant.get().refreshToken().isEmpty()) {
            boolean lasts = identity.expires().filter(clock.instant()::isBefore).isPresent();
            return lasts
                    ? Renewal.unchanged(secret)
                    : Renewal.ended("the issuer gives no refresh token, and session-without-refresh has passed");
        }
        try {
            return bounded(() -> refresh(identity, grant.get()));
        } catch (RefusedTokenException e) {
            return Renewal.ended(e.getMessage());
        } catch (ProviderUnavailableException e) {
            return Renewal.unavailable(e.getMessage());
        }
    }

    private Renewal refresh(Identity identity, Grant grant) throws RefusedTokenException, ProviderUnavailableException {
        CodeFlow.Tokens given = flow().refresh(grant.refreshToken().orElseThrow());
        Secret next = grant.refreshed(given).secret();
        if (given.idToken().isEmpty()) {
            return Renewal.unchanged(Optional.of(next));
        }
        LoginTokens.Person person;
        try {
            person = tokens.read(given, Optional.empty());
        } catch (ProviderUnavailableException e) {
            return Renewal.unavailable(e.getMessage(), next); // the old token may be worth nothing by now
        }
        if (!tokens.subject(grant.idToken()).equals(Optional.of(person.session().subject()))) {
            throw new RefusedTokenException("the refresh gave the token of somebody else (sub)");
        }
        return Renewal.renewed(person.identity(), Optional.of(next));
    }

    /** OpenID Connect RP-Initiated Logout 1.0, 2. */
    @Override
    public Optional<URI> logout(Optional<Secret> grant, URI back) {
        Optional<URI> end = provider.peek().flatMap(known -> known.discovery().endSession());
        String hint = grant.flatMap(Grant::of)
                .map(Grant::idToken)
                .filter(token -> token.length() <= LONGEST_HINT)
                .map(token -> "&id_token_hint=" + encoded(token))
                .orElse("");
        return end.map(address -> URI.create(address + (address.getRawQuery() == null ? "?" : "&") + "client_id="
                + encoded(choices.client().id()) + "&post_logout_redirect_uri=" + encoded(back.toString()) + hint));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public Optional<LogoutNotice> loggedOutAtProvider(Map<String, List<String>> form) {
        List<String> given = form.getOrDefault("logout_token", List.of());
        try {
            if (given.size() != 1) {
                throw new RefusedTokenException("expected one logout_token");
            }
            return Optional.of(bounded(() -> logouts.read(given.get(0))));
        } catch (RefusedTokenException | ProviderUnavailableException e) {
            LOG.warn("A logout token for issuer {} does not count: {}", issuer, e.getMessage());
            return Optional.empty();
        }
    }

    private <T> T bounded(Call<T> call) throws RefusedTokenException, ProviderUnavailableException {
        if (!under.tryAcquire()) {
            throw new ProviderUnavailableException("too many logins are under way at " + issuer);
        }
        try {
            return call.make();
        } finally {
            under.release();
        }
    }

    private CodeFlow flow() throws ProviderUnavailableException {
        Discovery discovery = provider.current().discovery();
        Optional<Flow> made = flow.filter(known -> known.discovery().equals(discovery));
        if (made.isEmpty()) {
            made = Optional.of(new Flow(discovery, new CodeFlow(issuer, choices.client(), discovery, http)));
            flow = made;
        }
        return made.get().flow();
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        return bearer.authenticate(credential, request);
    }

    @Override
    public Optional<String> challenge() {
        return bearer.challenge();
    }

    @Override
    public Optional<String> trouble() {
        return bearer.trouble();
    }

    @Override
    public Optional<String> tryConnection() {
        return bearer.tryConnection();
    }

    @Override
    public void close() {
        bearer.close();
    }
}
