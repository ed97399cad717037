package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs people in at a provider of plain OAuth 2. An access token is nobody's credential here: it does not say whom it was
 * given to, so any application's could be brought.
 */
final class OAuth2Login implements LoginAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(OAuth2Login.class);

    private final String name;
    private final String title;
    private final OAuth2CodeFlow flow;
    private final UserInfoRules rules;

    /**
     * @param name the administrator's, for the log
     * @param title for the login page
     */
    OAuth2Login(String name, String title, OAuth2CodeFlow flow, UserInfoRules rules) {
        this.name = name;
        this.title = title;
        this.flow = flow;
        this.rules = rules;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        return AuthenticationResult.notMine();
    }

    @Override
    public Optional<String> tryConnection() {
        return flow.trouble();
    }

    @Override
    public LoginStep login(LoginRequest request) {
        if (!request.isCallback()) {
            return flow.begin(request);
        }
        try {
            OAuth2Grant grant = flow.end(request);
            Map<String, Object> person = flow.userInfo(grant.accessToken())
                    .orElseThrow(() -> new RefusedTokenException("the provider does not take its own token"));
            return new LoginStep.LoggedIn(rules.identity(person), Optional.of(grant.secret()), Optional.empty());
        } catch (RefusedTokenException e) {
            LOG.info("{}: a login is refused: {}", name, e.getMessage());
            return LoginStep.refused(e.getMessage());
        } catch (ProviderUnavailableException e) {
            LOG.warn("{}: a login can not be judged: {}", name, e.getMessage());
            return LoginStep.unavailable(e.getMessage());
        }
    }

    /** With the token of the login for as long as the provider takes it, then with the refresh token. */
    @Override
    public Renewal renew(Identity identity, Optional<Secret> secret) {
        Optional<OAuth2Grant> grant = secret.flatMap(OAuth2Grant::of);
        if (grant.isEmpty()) {
            return Renewal.ended("the session has nothing to be renewed with");
        }
        try {
            Optional<Map<String, Object>> person = flow.userInfo(grant.get().accessToken());
            return person.isPresent()
                    ? renewed(identity, person.get(), secret)
                    : refresh(identity, grant.get().refreshToken());
        } catch (RefusedTokenException e) {
            LOG.info("{}: the session of {} ends: {}", name, identity.user(), e.getMessage());
            return Renewal.ended(e.getMessage());
        } catch (ProviderUnavailableException e) {
            LOG.warn("{}: the session of {} can not be renewed: {}", name, identity.user(), e.getMessage());
            return Renewal.unavailable(e.getMessage());
        }
    }

    private Renewal refresh(Identity identity, Optional<Secret> refreshToken)
            throws RefusedTokenException, ProviderUnavailableException {
        if (refreshToken.isEmpty()) {
            throw new RefusedTokenException(
                    "the provider does not take the token any more, and gave none to refresh it");
        }
        OAuth2Grant next = flow.refresh(refreshToken.get());
        Map<String, Object> person;
        try {
            person = flow.userInfo(next.accessToken())
                    .orElseThrow(() -> new RefusedTokenException("the provider does not take its own token"));
        } catch (ProviderUnavailableException e) {
            LOG.warn("{}: the session of {} can not be renewed: {}", name, identity.user(), e.getMessage());
            return Renewal.unavailable(e.getMessage(), next.secret()); // the old token may be worth nothing by now
        }
        return renewed(identity, person, Optional.of(next.secret()));
    }

    private Renewal renewed(Identity before, Map<String, Object> person, Optional<Secret> grant)
            throws RefusedTokenException {
        Identity now = rules.identity(person);
        if (!now.uid().equals(before.uid())) {
            throw new RefusedTokenException("the token is another account's");
        }
        return Renewal.renewed(now, grant);
    }
}
