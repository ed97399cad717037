package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;

/**
 * Judges requests by a {@link CompiledPolicy}. Immutable, without I/O and without locks: a decision walks the segments of
 * the path and the parts of the object once, and looks at no rule of others, however many there are.
 */
final class AclAuthorizer implements Authorizer {

    private final CompiledPolicy policy;

    AclAuthorizer(CompiledPolicy policy) {
        this.policy = policy;
    }

    @Override
    public Decision authorize(AccessRequest request) {
        return policy.decide(request);
    }
}
