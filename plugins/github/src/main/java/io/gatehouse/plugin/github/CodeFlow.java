package io.gatehouse.plugin.github;

import com.github.scribejava.core.model.OAuth2AccessToken;
import com.github.scribejava.core.oauth.AccessTokenRequestParams;
import com.github.scribejava.core.pkce.PKCE;
import com.github.scribejava.core.pkce.PKCEService;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.pac4j.core.exception.TechnicalException;
import org.pac4j.core.exception.http.RedirectionAction;
import org.pac4j.core.exception.http.WithLocationAction;
import org.pac4j.core.http.callback.NoParameterCallbackUrlResolver;
import org.pac4j.oauth.config.OAuth20Configuration;
import org.pac4j.oauth.profile.github.GitHubProfileDefinition;

/**
 * The authorization code flow of RFC 6749, 4.1, by pac4j's client, always with state, and with PKCE S256 (RFC 7636), which
 * pac4j leaves to ScribeJava. pac4j's own client for GitHub knows github.com alone, and no organisations.
 */
final class CodeFlow {

    private static final String SCOPE = "read:org";
    private static final String VERIFIER = "verifier";

    private final TokenEndpoint endpoint;
    private final String clientId;
    private final Secret clientSecret;

    CodeFlow(HttpCalls http, Endpoints endpoints, String clientId, Secret clientSecret) {
        this.endpoint = new TokenEndpoint(http, endpoints, clientId, clientSecret);
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    /** Where the browser goes. */
    LoginStep begin(LoginRequest request) {
        PKCE pkce = PKCEService.defaultInstance().generatePKCE();
        LoginClient pac4j = client(request, pkce.getAuthorizationUrlParams());
        RedirectionAction action = pac4j.getRedirectionAction(new LoginContext(request, pac4j).call())
                .orElseThrow();
        return LoginStep.redirect(
                URI.create(((WithLocationAction) action).getLocation()), Map.of(VERIFIER, pkce.getCodeVerifier()));
    }

    /** Takes the code that the browser brought back to GitHub. */
    Secret end(LoginRequest request, Deadline deadline) throws RefusedException, UnavailableException {
        Optional<String> error = request.parameter("error");
        if (error.isPresent()) {
            throw new RefusedException("GitHub says at the callback: " + TokenEndpoint.shown(error.get()));
        }
        String verifier = request.kept().get(VERIFIER);
        Optional<String> code = verifier == null ? Optional.empty() : code(request);
        if (code.isEmpty()) {
            throw new RefusedException("the answer at the callback has no code, or is not of this attempt");
        }
        OAuth2AccessToken token = endpoint.exchange(
                AccessTokenRequestParams.create(code.get()).pkceCodeVerifier(verifier),
                Optional.of(request.callback()),
                deadline);
        return Secret.of(token.getAccessToken());
    }

    /** The code of an answer that has this attempt's state. */
    private Optional<String> code(LoginRequest request) {
        try {
            LoginClient pac4j = client(request, Map.of());
            return pac4j.getCredentials(new LoginContext(request, pac4j).call())
                    .flatMap(checked -> request.parameter("code"));
        } catch (TechnicalException e) {
            return Optional.empty();
        }
    }

    /** @param parameters more for the address that the browser goes to */
    private LoginClient client(LoginRequest request, Map<String, String> parameters) {
        OAuth20Configuration configuration = new OAuth20Configuration();
        configuration.setApi(endpoint);
        configuration.setKey(clientId);
        configuration.setSecret(clientSecret.reveal());
        configuration.setScope(SCOPE);
        configuration.setWithState(true);
        configuration.setStateGenerator(context -> request.attempt());
        configuration.setCustomParams(parameters);
        configuration.setProfileDefinition(new GitHubProfileDefinition()); // it asks for one, and is not asked for it
        LoginClient pac4j = new LoginClient(configuration);
        pac4j.setName("github");
        pac4j.setCallbackUrl(request.callback().toString());
        pac4j.setCallbackUrlResolver(new NoParameterCallbackUrlResolver());
        return pac4j;
    }

    /** Whether GitHub is there and knows the client: it looks at the secret before the code, which is none. */
    Optional<String> trouble(Deadline deadline) {
        try {
            endpoint.exchange(AccessTokenRequestParams.create("none"), Optional.empty(), deadline);
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.empty();
        } catch (UnavailableException e) {
            return Optional.of(e.getMessage());
        }
    }
}
