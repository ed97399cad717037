package io.gatehouse.plugin.oidc;

import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.pac4j.core.context.CallContext;
import org.pac4j.core.context.WebContext;
import org.pac4j.core.credentials.Credentials;
import org.pac4j.core.exception.TechnicalException;
import org.pac4j.core.exception.http.RedirectionAction;
import org.pac4j.core.exception.http.WithLocationAction;
import org.pac4j.core.http.callback.CallbackUrlResolver;
import org.pac4j.core.http.url.UrlResolver;
import org.pac4j.oidc.client.OidcClient;
import org.pac4j.oidc.config.OidcConfiguration;
import org.pac4j.oidc.credentials.OidcCredentials;
import org.pac4j.oidc.credentials.authenticator.OidcAuthenticator;

/**
 * The authorization code flow (OpenID Connect Core 3.1) by pac4j's client, always with state, nonce and PKCE S256. What
 * the tokens say is judged elsewhere, as every other token of the issuer.
 */
final class CodeFlow {

    /**
     * Who we are to the issuer.
     *
     * @param secret nothing for a public client
     * @param scope the scopes, separated by blanks
     * @param parameters more for the request of a login
     */
    record Client(String id, Optional<Secret> secret, String scope, Map<String, String> parameters) {}

    /**
     * What the token endpoint gave.
     *
     * @param idToken empty where a refresh gave none
     */
    record Tokens(Optional<String> idToken, Optional<Secret> refreshToken, Optional<Secret> accessToken) {}

    private final ProviderClient http;
    private final OidcClient pac4j;
    private final OidcConfiguration configuration;

    /** @throws ProviderUnavailableException when the issuer can not be used for it */
    CodeFlow(String issuer, Client client, Discovery discovery, ProviderClient http)
            throws ProviderUnavailableException {
        this.http = http;
        this.configuration = new OidcConfiguration();
        configuration.setClientId(client.id());
        configuration.setScope(client.scope());
        configuration.setCustomParams(client.parameters());
        configuration.setUseNonce(true);
        configuration.setPkceMethod(CodeChallengeMethod.S256);
        configuration.setCodeVerifierGenerator(context -> new CodeVerifier().getValue());
        configuration.setStateGenerator(context ->
                context.sessionStore().getSessionId(context.webContext(), false).orElseThrow());
        configuration.setOpMetadataResolver(new KnownMetadata(issuer, client, discovery));
        this.pac4j = new OidcClient(configuration);
        pac4j.setName("oidc");
        pac4j.setCallbackUrl("https://callback.invalid"); // it asks for one, and then for that of the request
        pac4j.setCallbackUrlResolver(new RequestCallback());
        pac4j.setAuthenticator(new Exchange());
    }

    /** Where the browser goes. */
    LoginStep begin(LoginRequest request) {
        AttemptStore store = new AttemptStore(request, pac4j);
        RedirectionAction action = pac4j.getRedirectionAction(new CallContext(new LoginContext(request), store))
                .orElseThrow();
        return LoginStep.redirect(URI.create(((WithLocationAction) action).getLocation()), store.kept());
    }

    /** Takes the code to the token endpoint. */
    Tokens end(LoginRequest request) throws RefusedTokenException, ProviderUnavailableException {
        CallContext context = new CallContext(new LoginContext(request), new AttemptStore(request, pac4j));
        try {
            Optional<Credentials> credentials = pac4j.getCredentials(context);
            if (!(credentials.orElse(null) instanceof OidcCredentials code) || code.getCode() == null) {
                throw new RefusedTokenException("the answer at the callback has no code");
            }
            code.setIdToken(null); // from the token endpoint only
            pac4j.validateCredentials(context, code);
            return tokens(code);
        } catch (TechnicalException e) {
            throw failure(e);
        }
    }

    /** Asks for new tokens. */
    Tokens refresh(Secret refreshToken) throws RefusedTokenException, ProviderUnavailableException {
        OidcCredentials credentials = new OidcCredentials();
        credentials.setRefreshTokenObject(new RefreshToken(refreshToken.reveal()));
        try {
            pac4j.init();
            ((OidcAuthenticator) pac4j.getAuthenticator()).refresh(credentials);
            return tokens(credentials);
        } catch (TechnicalException e) {
            throw failure(e);
        }
    }

    private static Tokens tokens(OidcCredentials given) {
        return new Tokens(
                Optional.ofNullable(given.getIdToken()),
                Optional.ofNullable(given.toRefreshToken()).map(token -> Secret.of(token.getValue())),
                Optional.ofNullable(given.toAccessToken()).map(token -> Secret.of(token.getValue())));
    }

    /** pac4j throws one kind for everything; what is behind it tells a refusal from an outage. */
    private static ProviderUnavailableException failure(TechnicalException e) throws RefusedTokenException {
        if (e.getCause() instanceof TokenCall.RefusedException refused) {
            if (refused.error().equals("invalid_grant")) {
                throw new RefusedTokenException("the issuer does not take the code or the refresh token any more");
            }
            return new ProviderUnavailableException(refused.getMessage());
        }
        if (e.getCause() instanceof IOException broken) {
            return new ProviderUnavailableException(broken.getMessage());
        }
        throw new RefusedTokenException(
                "the issuer's answer does not hold: " + e.getClass().getSimpleName());
    }

    /** The host says where the provider shall send the browser back to. */
    private static final class RequestCallback implements CallbackUrlResolver {
        @Override
        public String compute(UrlResolver resolver, String url, String name, WebContext context) {
            return ((LoginContext) context).callback();
        }

        @Override
        public boolean matches(String name, WebContext context) {
            return true;
        }
    }

    /** pac4j's, but for who sends. */
    private final class Exchange extends OidcAuthenticator {

        Exchange() {
            super(CodeFlow.this.configuration, pac4j);
        }

        @Override
        protected TokenRequest createTokenRequest(AuthorizationGrant grant) {
            URI address = configuration.getOpMetadataResolver().load().getTokenEndpointURI();
            ClientAuthentication own = configuration.getOpMetadataResolver().getClientAuthenticationTokenEndpoint();
            Scope scope = null; // what was asked for at the login
            return own == null
                    ? new TokenRequest(address, new ClientID(configuration.getClientId()), grant, scope) {
                        @Override
                        public HTTPRequest toHTTPRequest() {
                            return new TokenCall(http, address, super.toHTTPRequest());
                        }
                    }
                    : new TokenRequest(address, own, grant, scope) {
                        @Override
                        public HTTPRequest toHTTPRequest() {
                            return new TokenCall(http, address, super.toHTTPRequest());
                        }
                    };
        }
    }
}
