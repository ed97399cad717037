package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPoolHealthCheck;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.ServerSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * After no server let anybody in, none is tried for a moment: those who wait for a dead directory do not each wait for
 * every server, and a service account whose password is wrong is not locked by a thousand logins.
 */
final class RestingServerSet extends ServerSet {

    static final Duration REST = Duration.ofSeconds(2);

    private final ServerSet servers;
    private final Clock clock;
    private volatile Failure last = new Failure(Instant.MIN, new LDAPException(ResultCode.CONNECT_ERROR, ""));

    private record Failure(Instant until, LDAPException cause) {}

    RestingServerSet(ServerSet servers, Clock clock) {
        this.servers = servers;
        this.clock = clock;
    }

    @Override
    public LDAPConnection getConnection() throws LDAPException {
        return getConnection(null);
    }

    @Override
    public LDAPConnection getConnection(LDAPConnectionPoolHealthCheck healthCheck) throws LDAPException {
        Failure failure = last;
        if (clock.instant().isBefore(failure.until())) {
            throw new LDAPException(
                    failure.cause().getResultCode(), failure.cause().getMessage());
        }
        try {
            return servers.getConnection(healthCheck);
        } catch (LDAPException e) {
            last = new Failure(clock.instant().plus(REST), e);
            throw e;
        }
    }

    @Override
    public boolean includesAuthentication() {
        return servers.includesAuthentication();
    }

    @Override
    public boolean includesPostConnectProcessing() {
        return servers.includesPostConnectProcessing();
    }

    @Override
    public void shutDown() {
        servers.shutDown();
    }
}
