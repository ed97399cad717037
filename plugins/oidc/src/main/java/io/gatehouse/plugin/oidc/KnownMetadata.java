package io.gatehouse.plugin.oidc;

import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.SubjectType;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.util.List;
import org.pac4j.oidc.metadata.IOidcOpMetadataResolver;
import org.pac4j.oidc.profile.creator.TokenValidator;

/** What pac4j needs to know of the issuer, from what we know; it fetches nothing itself, and validates no token. */
final class KnownMetadata implements IOidcOpMetadataResolver {

    private static final String BASIC = "client_secret_basic";
    private static final String POST = "client_secret_post";

    private final OIDCProviderMetadata metadata;
    private final ClientAuthentication authentication;

    KnownMetadata(String issuer, CodeFlow.Client client, Discovery discovery) throws ProviderUnavailableException {
        if (discovery.authorization().isEmpty() || discovery.token().isEmpty()) {
            throw new ProviderUnavailableException(issuer + " names no authorization or no token endpoint");
        }
        metadata = new OIDCProviderMetadata(new Issuer(issuer), List.of(SubjectType.PUBLIC), discovery.keys());
        metadata.setAuthorizationEndpointURI(discovery.authorization().get());
        metadata.setTokenEndpointURI(discovery.token().get());
        metadata.setSupportsAuthorizationResponseIssuerParam(discovery.namesItself());
        authentication = authentication(issuer, client, discovery.tokenMethods());
    }

    /** Null for a public client, as pac4j wants it. */
    private static ClientAuthentication authentication(String issuer, CodeFlow.Client client, List<String> methods)
            throws ProviderUnavailableException {
        if (client.secret().isEmpty()) {
            return null;
        }
        ClientID id = new ClientID(client.id());
        Secret secret = new Secret(client.secret().get().reveal());
        if (methods.isEmpty() || methods.contains(BASIC)) {
            return new ClientSecretBasic(id, secret);
        }
        if (methods.contains(POST)) {
            return new ClientSecretPost(id, secret);
        }
        throw new ProviderUnavailableException(issuer + " takes neither " + BASIC + " nor " + POST);
    }

    @Override
    public OIDCProviderMetadata load() {
        return metadata;
    }

    @Override
    public TokenValidator getTokenValidator() {
        throw new UnsupportedOperationException("tokens are judged elsewhere");
    }

    @Override
    public ClientAuthentication getClientAuthenticationTokenEndpoint() {
        return authentication;
    }

    @Override
    public ClientAuthentication getClientAuthenticationPAREndpoint() {
        return authentication;
    }
}
