package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.util.ssl.SSLSocketVerifier;
import java.util.Locale;
import javax.net.ssl.SSLSocket;

/**
 * Takes servers of one domain only, whatever DNS says: its answers are not signed, and a certificate proves a name, not
 * that it is the name of the right server (RFC 4513, 3.1.3).
 */
final class DomainHosts extends SSLSocketVerifier {

    private final SSLSocketVerifier names;
    private final String domain;

    /** @param names checks that the certificate is the host's */
    DomainHosts(SSLSocketVerifier names, String domain) {
        this.names = names;
        this.domain = domain.toLowerCase(Locale.ROOT);
    }

    @Override
    public void verifySSLSocket(String host, int port, SSLSocket socket) throws LDAPException {
        String name = host.toLowerCase(Locale.ROOT);
        if (!name.equals(domain) && !name.endsWith("." + domain)) {
            throw new LDAPException(
                    ResultCode.CONNECT_ERROR, "DNS names the server " + host + ", which is not in " + domain);
        }
        names.verifySSLSocket(host, port, socket);
    }
}
