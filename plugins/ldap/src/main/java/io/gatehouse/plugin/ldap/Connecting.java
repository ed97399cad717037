package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * How connections are made.
 *
 * @param tls whom it trusts
 * @param startTls whether TLS begins on connections that have none at first
 * @param timeout for each step of it
 * @param options with the rule for names
 */
record Connecting(SSLContext tls, boolean startTls, Duration timeout, LDAPConnectionOptions options) {

    SSLSocketFactory sockets() {
        return new BoundedSockets(tls.getSocketFactory(), timeout);
    }

    /** @param secure whether TLS was there from the first byte */
    PostConnectProcessor greeting(boolean secure) {
        return new Greeting(secure || !startTls ? Optional.empty() : Optional.of(this::sockets), timeout);
    }
}
