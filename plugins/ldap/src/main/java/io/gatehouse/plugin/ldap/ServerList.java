package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.DNSSRVRecordServerSet;
import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SingleServerSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Which servers there are. Whatever makes a server of no use (TLS, the greeting, the bind) leads to the next one. */
sealed interface ServerList {

    /** The servers; each connection is bound first, where there is something to bind it with. */
    ServerSet set(Connecting connecting, Optional<BindRequest> bind);

    /** In which they have to be; nothing when their names are the administrator's own. */
    Optional<String> domain();

    /** Written down, in the order of preference; one that failed is tried last for a while. */
    record Listed(List<ServerAddress> addresses) implements ServerList {
        @Override
        public ServerSet set(Connecting connecting, Optional<BindRequest> bind) {
            List<ServerSet> servers = addresses.stream()
                    .<ServerSet>map(address -> new SingleServerSet(
                            address.host(),
                            address.port(),
                            address.tls() ? connecting.sockets() : null,
                            connecting.options(),
                            bind.orElse(null),
                            connecting.greeting(address.tls())))
                    .toList();
            FailoverServerSet failover = new FailoverServerSet(servers);
            failover.setReOrderOnFailover(true);
            return failover;
        }

        @Override
        public Optional<String> domain() {
            return Optional.empty();
        }
    }

    /** Named by DNS. */
    record Named(ServiceRecord record, String dns) implements ServerList {

        private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

        @Override
        public ServerSet set(Connecting connecting, Optional<BindRequest> bind) {
            Properties limits = new Properties();
            limits.setProperty("com.sun.jndi.dns.timeout.initial", "1000");
            limits.setProperty("com.sun.jndi.dns.timeout.retries", "2");
            return new DNSSRVRecordServerSet(
                    record.name(),
                    dns,
                    limits,
                    LOOK_AGAIN.toMillis(),
                    record.tls() ? connecting.sockets() : null,
                    connecting.options(),
                    bind.orElse(null),
                    connecting.greeting(record.tls()));
        }

        @Override
        public Optional<String> domain() {
            return Optional.of(record.domain());
        }
    }
}
