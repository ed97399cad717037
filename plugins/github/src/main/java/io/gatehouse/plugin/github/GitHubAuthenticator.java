package io.gatehouse.plugin.github;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** People by a login at GitHub, and programs by a personal access token where that is allowed. */
final class GitHubAuthenticator implements LoginAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(GitHubAuthenticator.class);

    /** All of the calls for one judgement; the host gives a plugin 10 seconds. */
    private static final Duration LONGEST = Duration.ofSeconds(9);

    private final String name;
    private final String title;
    private final CodeFlow flow;
    private final AccountReader accounts;
    private final IdentityRules rules;
    private final Optional<PersonalTokens> tokens;

    /**
     * What it is made of.
     *
     * @param name the administrator's, for the log
     * @param title for the login page
     */
    record Parts(String name, String title, CodeFlow flow, AccountReader accounts, IdentityRules rules) {}

    /** How programs' tokens are taken. */
    record TokenRules(boolean fineGrained, RememberedTokens remembered, UnknownTokens unknown) {}

    GitHubAuthenticator(Parts parts, Optional<TokenRules> tokenRules) {
        this.name = parts.name();
        this.title = parts.title();
        this.flow = parts.flow();
        this.accounts = parts.accounts();
        this.rules = parts.rules();
        this.tokens = tokenRules.map(
                each -> new PersonalTokens(each.fineGrained(), each.remembered(), each.unknown(), this::judge));
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        return credential instanceof Credential.Bearer bearer && tokens.isPresent()
                ? tokens.get().judge(bearer.token(), request.clientAddress())
                : AuthenticationResult.notMine();
    }

    private AuthenticationResult judge(Secret token, boolean withScopes) {
        try {
            return AuthenticationResult.authenticated(identity(token, withScopes, Deadline.in(LONGEST)));
        } catch (RefusedException e) {
            LOG.info("{}: a personal access token is refused: {}", name, e.getMessage());
            return AuthenticationResult.rejected(e.getMessage());
        } catch (UnavailableException e) {
            LOG.warn("{}: a personal access token can not be judged: {}", name, e.getMessage());
            return AuthenticationResult.unavailable(e.getMessage());
        }
    }

    @Override
    public Optional<String> challenge() {
        return tokens.map(any -> "Bearer");
    }

    @Override
    public Optional<String> tryConnection() {
        return flow.trouble(Deadline.in(LONGEST));
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public LoginStep login(LoginRequest request) {
        if (!request.isCallback()) {
            return flow.begin(request);
        }
        try {
            Deadline deadline = Deadline.in(LONGEST);
            Secret token = flow.end(request, deadline);
            return new LoginStep.LoggedIn(identity(token, true, deadline), Optional.of(token), Optional.empty());
        } catch (RefusedException e) {
            LOG.info("{}: a login is refused: {}", name, e.getMessage());
            return LoginStep.refused(e.getMessage());
        } catch (UnavailableException e) {
            LOG.warn("{}: a login can not be judged: {}", name, e.getMessage());
            return LoginStep.unavailable(e.getMessage());
        }
    }

    /** With the token of the login: GitHub takes it for as long as the person lets the application in. */
    @Override
    public Renewal renew(Identity identity, Optional<Secret> grant) {
        if (grant.isEmpty()) {
            return Renewal.ended("no token was kept");
        }
        try {
            Identity now = identity(grant.get(), true, Deadline.in(LONGEST));
            return now.uid().equals(identity.uid())
                    ? Renewal.renewed(now, grant)
                    : Renewal.ended("the token is another account's");
        } catch (RefusedException e) {
            LOG.info("{}: the session of {} ends: {}", name, identity.user(), e.getMessage());
            return Renewal.ended(e.getMessage());
        } catch (UnavailableException e) {
            LOG.warn("{}: the session of {} can not be renewed: {}", name, identity.user(), e.getMessage());
            return Renewal.unavailable(e.getMessage());
        }
    }

    private Identity identity(Secret token, boolean withScopes, Deadline deadline)
            throws RefusedException, UnavailableException {
        return rules.identity(accounts.read(token, withScopes, deadline));
    }
}
