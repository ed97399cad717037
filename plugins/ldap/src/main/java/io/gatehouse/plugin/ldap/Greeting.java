package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.ExtendedResult;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;

/**
 * What comes first on a connection: TLS where it is to start now, and a question that any server answers, so that one
 * which hangs is passed over for the next.
 */
final class Greeting implements PostConnectProcessor {

    private final Optional<Supplier<SSLSocketFactory>> startTls;
    private final Duration timeout;

    /**
     * @param startTls present where TLS begins on the connection; nothing else is said before it has. A factory for each,
     *     as the library locks it for a handshake
     */
    Greeting(Optional<Supplier<SSLSocketFactory>> startTls, Duration timeout) {
        this.startTls = startTls;
        this.timeout = timeout;
    }

    @Override
    public void processPreAuthenticatedConnection(LDAPConnection connection) throws LDAPException {
        if (startTls.isPresent()) {
            StartTLSExtendedRequest request =
                    new StartTLSExtendedRequest(startTls.get().get());
            request.setResponseTimeoutMillis(timeout.toMillis());
            ExtendedResult result = connection.processExtendedOperation(request);
            if (!result.getResultCode().equals(ResultCode.SUCCESS)) {
                throw new LDAPException(
                        ResultCode.CONNECT_ERROR, "the server does not start TLS: " + result.getResultCode());
            }
        }
        SearchRequest alive =
                new SearchRequest("", SearchScope.BASE, Filter.createPresenceFilter("objectClass"), "1.1");
        alive.setResponseTimeoutMillis(timeout.toMillis());
        try {
            connection.search(alive);
        } catch (LDAPException e) {
            if (!e.getResultCode().isConnectionUsable()) {
                throw e;
            }
            // "no" is an answer
        }
    }

    @Override
    public void processPostAuthenticatedConnection(LDAPConnection connection) {
        // nothing more
    }
}
