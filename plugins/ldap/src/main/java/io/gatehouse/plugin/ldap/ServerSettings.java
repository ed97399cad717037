package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.OperationType;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import com.unboundid.util.ssl.SSLSocketVerifier;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/** Where the directory is, how it is spoken to, and as whom it is looked into. */
final class ServerSettings {

    static final Setting<List<String>> SERVERS = Setting.texts(
                    "servers", "ldaps://host:port or ldap://host:port; the first that answers is used")
            .orElse(List.of());
    static final Setting<String> SRV = Setting.text(
            "srv", "In place of servers, the DNS record that names them, such as _ldap._tcp.corp.example.com");
    static final Setting<String> DNS =
            Setting.text("dns", "The DNS server that is asked for srv, as dns://host; else this machine's");
    static final Setting<Boolean> START_TLS = Setting.flag(
                    "start-tls", "Begin TLS on ldap:// before anything else is said")
            .orElse(false);
    static final Setting<Boolean> PLAIN_TEXT = Setting.flag(
                    "plain-text", "Send passwords in clear over ldap:// to another machine")
            .orElse(false);
    static final Setting<ConfigFile> CA =
            Setting.file("ca", "PEM certificates of the authorities of the servers; else those that Java trusts");
    static final Setting<Duration> CONNECT_TIMEOUT = Setting.duration(
                    "connect-timeout", "How long one server may take for a connection and its TLS")
            .orElse(Duration.ofSeconds(2));
    static final Setting<Duration> RESPONSE_TIMEOUT =
            Setting.duration("response-timeout", "How long one answer may take").orElse(Duration.ofSeconds(3));
    static final Setting<Integer> POOL_SIZE = Setting.integer(
                    "pool-size", "Connections at the most, for looking and for logins each")
            .orElse(8);
    static final Setting<String> SERVICE_USER = Setting.text(
            "service-user", "The account that looks people up: a DN, or what else the directory takes; else anonymous");
    static final Setting<Secret> SERVICE_PASSWORD = Setting.secret("service-password", "Its password");

    private final Settings settings;
    private final Problems problems;

    ServerSettings(Settings settings, Problems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    static List<Setting<?>> list() {
        return List.of(
                SERVERS,
                SRV,
                DNS,
                START_TLS,
                PLAIN_TEXT,
                CA,
                CONNECT_TIMEOUT,
                RESPONSE_TIMEOUT,
                POOL_SIZE,
                SERVICE_USER,
                SERVICE_PASSWORD);
    }

    /** Checks everything; what is made counts only when there are no problems. */
    Optional<Directory> read(Clock clock) {
        problems.within(settings, CONNECT_TIMEOUT, Duration.ofMillis(100), Duration.ofSeconds(5));
        problems.within(settings, RESPONSE_TIMEOUT, Duration.ofMillis(100), Duration.ofSeconds(8));
        problems.within(settings, POOL_SIZE, 1, 64);
        if (settings.get(START_TLS) && settings.get(PLAIN_TEXT)) {
            problems.add(settings, PLAIN_TEXT, "expected start-tls or plain-text, not both");
        }
        Optional<BindRequest> account = account();
        Optional<SSLContext> tls = problems.tried(() -> TrustedAuthorities.context(settings.find(CA)));
        Optional<ServerList> servers = servers();
        if (!problems.isEmpty() || tls.isEmpty() || servers.isEmpty()) {
            return Optional.empty();
        }
        Connecting connecting = new Connecting(
                tls.get(), settings.get(START_TLS), settings.get(CONNECT_TIMEOUT), options(servers.get()));
        Function<Optional<BindRequest>, ServerSet> sets = bind -> servers.get().set(connecting, bind);
        return Optional.of(
                new Directory(sets, account, settings.get(POOL_SIZE), settings.get(RESPONSE_TIMEOUT), clock));
    }

    private Optional<BindRequest> account() {
        Optional<String> user = settings.find(SERVICE_USER).filter(text -> !text.isBlank());
        Optional<Secret> password = settings.find(SERVICE_PASSWORD)
                .filter(secret -> !secret.reveal().isBlank());
        if (user.isPresent() != password.isPresent()) {
            problems.add(
                    settings,
                    user.isPresent() ? SERVICE_USER : SERVICE_PASSWORD,
                    "expected service-user and service-password together, neither of them empty");
            return Optional.empty();
        }
        return user.map(name -> {
            SimpleBindRequest request =
                    new SimpleBindRequest(name, password.orElseThrow().reveal());
            request.setResponseTimeoutMillis(settings.get(RESPONSE_TIMEOUT).toMillis());
            return request;
        });
    }

    private Optional<ServerList> servers() {
        Optional<String> srv = settings.find(SRV);
        if (srv.isPresent() != settings.get(SERVERS).isEmpty()) {
            problems.add(settings, SERVERS, "expected either servers or srv");
            return Optional.empty();
        }
        if (srv.isPresent()) {
            Optional<ServiceRecord> record = problems.parsed(settings, SRV, srv.get(), ServiceRecord::parse);
            if (record.isPresent() && !record.get().tls()) {
                requireProtection(SRV, srv.get());
            }
            String dns = settings.find(DNS).orElse("dns:");
            if (!dns.matches("dns:(//(\\[[0-9A-Fa-f:]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/?)?")) {
                problems.add(settings, DNS, "expected dns://host or dns://host:port");
            }
            return record.map(found -> new ServerList.Named(found, dns));
        }
        List<ServerAddress> addresses = settings.get(SERVERS).stream()
                .flatMap(text -> problems.parsed(settings, SERVERS, text, ServerAddress::parse).stream())
                .toList();
        addresses.stream()
                .filter(address -> !address.tls() && !address.isLoopback())
                .forEach(address -> requireProtection(SERVERS, "ldap://" + address.host()));
        return addresses.isEmpty() ? Optional.empty() : Optional.of(new ServerList.Listed(addresses));
    }

    private void requireProtection(Setting<?> setting, String what) {
        if (!settings.get(START_TLS) && !settings.get(PLAIN_TEXT)) {
            problems.add(
                    settings,
                    setting,
                    what + " would get passwords in clear; use ldaps, or write start-tls: true, or plain-text: true to"
                            + " send them so");
        }
    }

    private LDAPConnectionOptions options(ServerList servers) {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setUseSynchronousMode(true);
        options.setFollowReferrals(false);
        options.setBindWithDNRequiresPassword(true);
        options.setConnectTimeoutMillis((int) settings.get(CONNECT_TIMEOUT).toMillis());
        options.setResponseTimeoutMillis(settings.get(RESPONSE_TIMEOUT).toMillis());
        for (OperationType type : OperationType.values()) {
            options.setResponseTimeoutMillis(
                    type, settings.get(RESPONSE_TIMEOUT).toMillis());
        }
        options.setMaxMessageSize(4 * 1024 * 1024);
        // Without a verifier the library takes a certificate of any name.
        SSLSocketVerifier names = new HostNameSSLSocketVerifier(true, false);
        options.setSSLSocketVerifier(servers.domain()
                .<SSLSocketVerifier>map(domain -> new DomainHosts(names, domain))
                .orElse(names));
        return options;
    }
}
