package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AuthorizerFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers the authorizer {@code acl}: a policy of rules and roles in one file. */
public final class AclPlugin implements GatehousePlugin {

    @Override
    public List<AuthorizerFactory> authorizers() {
        return List.of(new AclAuthorizerFactory());
    }
}
