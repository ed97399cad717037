package io.gatehouse.plugin.identity;

import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.UpstreamIdentity;
import java.util.List;

/** Passes the caller's bearer token on, for an upstream that judges it itself. */
final class OwnToken implements UpstreamIdentity {

    @Override
    public boolean passesCredential() {
        return true;
    }

    @Override
    public OutboundIdentity outbound(Identity identity, Credential credential) {
        if (identity.method().equals(Identity.IMPERSONATION)) {
            return new OutboundIdentity.Refused("own-token says who the caller is, and can say nobody else");
        }
        if (credential instanceof Credential.Bearer bearer) {
            return new OutboundIdentity.Headers(List.of(
                    new Header("Authorization", "Bearer " + bearer.token().reveal())));
        }
        return new OutboundIdentity.Refused("own-token passes bearer tokens on, and the caller came with none");
    }
}
