package io.gatehouse.target;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.UpstreamCredential;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;

/**
 * An upstream that requests can be sent to. One object lives as long as its definition does not change, over reloads too:
 * whoever keeps connections for it may use the object itself as the key.
 */
public final class Target {

    /** The scheme of {@code url:} that names the built-in echo target. */
    public static final String ECHO_SCHEME = "echo";

    /** The scheme of {@code url:} that names a unix socket. */
    public static final String UNIX_SCHEME = "unix";

    /** Whom a unix socket is asked for. */
    private static final String UNIX_HOST = "localhost";

    private static final UpstreamCredential UNASKED =
            new UpstreamCredential(Optional.empty(), Optional.empty(), Optional.of(Instant.MIN));

    /** How long a request waits for another one to renew the credential. */
    private static final Duration RENEWAL_PATIENCE = Duration.ofSeconds(10);

    private final TargetDefinition definition;
    private final Duration renewalPatience;
    private final TargetLimits limits;
    private final UpstreamProtocol protocol;
    private final Clock clock;
    private final Optional<Path> socket;
    private final String basePath;
    private final int port;
    private final ReentrantLock renewal = new ReentrantLock();
    private volatile long renewingSince = System.nanoTime();
    private volatile TargetCredential source;
    private volatile UpstreamCredential credential = UNASKED;
    private volatile UpstreamAccess access = new UpstreamAccess(Optional.empty(), Optional.empty(), false, Instant.MIN);

    /** Speaks HTTP/1.1. */
    public Target(TargetDefinition definition, TargetLimits limits, Clock clock) {
        this(definition, limits, UpstreamProtocol.HTTP_1_1, clock);
    }

    public Target(TargetDefinition definition, TargetLimits limits, UpstreamProtocol protocol, Clock clock) {
        this(definition, limits, protocol, clock, RENEWAL_PATIENCE);
    }

    Target(
            TargetDefinition definition,
            TargetLimits limits,
            UpstreamProtocol protocol,
            Clock clock,
            Duration renewalPatience) {
        this.protocol = protocol;
        this.renewalPatience = renewalPatience;
        this.definition = definition;
        this.source = definition.credential();
        this.limits = limits;
        this.clock = clock;
        boolean unix = UNIX_SCHEME.equals(definition.server().getScheme());
        this.socket = unix ? Optional.of(Path.of(definition.server().getPath())) : Optional.empty();
        String path = definition.server().getRawPath();
        this.basePath = path == null || unix ? "" : path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        int written = definition.server().getPort();
        this.port = written >= 0 ? written : isTls() ? 443 : 80;
    }

    public String name() {
        return definition.name();
    }

    public TargetDefinition definition() {
        return definition;
    }

    public TargetLimits limits() {
        return limits;
    }

    public UpstreamProtocol protocol() {
        return protocol;
    }

    public boolean isKubernetes() {
        return definition.kubernetes();
    }

    public boolean isTls() {
        return "https".equals(definition.server().getScheme());
    }

    /** Whether it is the built-in target that shows a request what an upstream would get of it. */
    public boolean isEcho() {
        return ECHO_SCHEME.equals(definition.server().getScheme());
    }

    /** The unix socket that it listens on, if it does. */
    public Optional<Path> socket() {
        return socket;
    }

    /** Host name or address, without brackets. */
    public String host() {
        if (socket.isPresent()) {
            return UNIX_HOST;
        }
        String host = definition.server().getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    public int port() {
        return port;
    }

    /** The {@code Host} header that the upstream gets: its own name, never the client's. */
    public String authority() {
        if (socket.isPresent()) {
            return UNIX_HOST;
        }
        URI server = definition.server();
        return isEcho()
                ? ECHO_SCHEME
                : server.getPort() < 0 ? server.getHost() : server.getHost() + ":" + server.getPort();
    }

    /** What goes before each path; without a slash at its end. */
    public String basePath() {
        return basePath;
    }

    /** The name that the upstream's certificate must bear. */
    public String tlsName() {
        return definition.tlsServerName().orElse(host());
    }

    /** Whether the upstream's certificate and its name are verified. */
    public boolean verifiesTls() {
        return !definition.insecureSkipVerify();
    }

    /**
     * Credentials and TLS that are good now. Asks the definition's credential when the known one has expired, one thread
     * at a time while the others wait, but not for longer than a request may.
     *
     * @throws CredentialUnavailableException when there are none, or not in time; then nothing may be sent
     */
    public UpstreamAccess access() throws CredentialUnavailableException {
        UpstreamAccess known = access;
        if (clock.instant().isBefore(known.expires())) {
            return known;
        }
        if (!enterRenewal()) {
            throw new CredentialUnavailableException("the credential is being renewed, and that takes too long");
        }
        try {
            if (!clock.instant().isBefore(access.expires())) {
                renewingSince = System.nanoTime();
                renew();
            }
            return access;
        } finally {
            renewal.unlock();
        }
    }

    /** Those who come when a renewal has hung for the whole patience do not wait any more. */
    private boolean enterRenewal() {
        if (renewal.tryLock()) {
            return true;
        }
        long left = renewalPatience.toNanos() - (System.nanoTime() - renewingSince);
        try {
            return renewal.tryLock(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asks this one from the next renewal on; it speaks for the same definition. */
    public void credential(TargetCredential newSource) {
        source = newSource;
    }

    private void renew() throws CredentialUnavailableException {
        UpstreamCredential fresh = source.current();
        if (fresh.authorization().filter(value -> !isHeaderValue(value)).isPresent()) {
            throw new CredentialUnavailableException(
                    "its value for Authorization is empty, or has a character that is not allowed there");
        }
        boolean sameTls = credential != UNASKED && fresh.clientCertificate().equals(credential.clientCertificate());
        Optional<SSLContext> tls = !isTls() ? Optional.empty() : sameTls ? access.tls() : Optional.of(context(fresh));
        credential = fresh;
        access = new UpstreamAccess(
                tls,
                fresh.authorization(),
                fresh.clientCertificate().isPresent(),
                fresh.expires().orElse(Instant.MAX));
    }

    private static boolean isHeaderValue(Secret value) {
        return !value.reveal().isEmpty() && Header.isValue(value.reveal());
    }

    private SSLContext context(UpstreamCredential fresh) throws CredentialUnavailableException {
        try {
            return UpstreamTls.context(
                    definition.certificateAuthorities(), definition.insecureSkipVerify(), fresh.clientCertificate());
        } catch (IllegalArgumentException e) {
            throw new CredentialUnavailableException(e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return definition.name();
    }
}
