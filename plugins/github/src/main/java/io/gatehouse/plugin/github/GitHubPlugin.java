package io.gatehouse.plugin.github;

import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers the authenticator {@code github}. */
public final class GitHubPlugin implements GatehousePlugin {

    @Override
    public List<AuthenticatorFactory> authenticators() {
        return List.of(new GitHubAuthenticatorFactory());
    }
}
