package io.gatehouse.config;

import io.gatehouse.login.LoginRules;
import io.gatehouse.pipeline.PersonLimits;
import io.gatehouse.request.AddressRanges;
import io.gatehouse.request.CertificateHeader;
import io.gatehouse.target.AccessRules;
import io.gatehouse.target.TargetLimits;
import io.gatehouse.target.TargetSettings;
import io.gatehouse.target.WebRules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code gatehouse.yaml} as typed values. Products still carry their section: what they may hold is known to their
 * plugin only.
 *
 * @param home the folder that everything relative counts from
 * @param listen where the standalone mode listens; a container's connectors are its own business
 * @param trustedProxies peers whose {@code X-Forwarded-For} is believed
 * @param tlsTerminators peers that speak to us in clear on behalf of TLS clients
 * @param certificateHeader where those tell the client's certificate, if they do
 * @param authenticators by the administrator's names
 * @param authorizers likewise
 * @param identities likewise
 * @param audit the record
 * @param sources where further targets come from
 * @param targets those written here
 * @param portal how people log in, where they do
 * @param person what one person may have under way over all targets
 * @param streams bounds of what lasts
 * @param lookForChanges how often files are looked at
 * @param shutdownGrace how long ordinary requests may finish, and streams may end, at a stop
 */
public record GatehouseConfig(
        Path home,
        Listen listen,
        AddressRanges trustedProxies,
        AddressRanges tlsTerminators,
        Optional<CertificateHeader> certificateHeader,
        Map<String, Product> authenticators,
        Map<String, Product> authorizers,
        Map<String, Product> identities,
        Audit audit,
        Map<String, Source> sources,
        Map<String, TargetSettings> targets,
        Optional<Portal> portal,
        PersonLimits person,
        Streams streams,
        Duration lookForChanges,
        Duration shutdownGrace) {

    /** A use of a plugin's factory. */
    public record Product(String name, String plugin, Section section) {}

    /**
     * The standalone listener; paths are absolute.
     *
     * @param tls false only behind something that terminates TLS, or for measurements
     * @param clientAuthorities those whose client certificates are accepted; none are asked for when there is no such file
     */
    public record Listen(String address, int port, boolean tls, Path certificate, Path key, Path clientAuthorities) {}

    /**
     * The record.
     *
     * @param sinks by the administrator's names
     * @param queue events that may wait for the sinks; requests are refused beyond
     * @param sensitiveParameters lower-case names of query parameters whose values are masked
     */
    public record Audit(Map<String, Product> sinks, int queue, Set<String> sensitiveParameters) {}

    /** A source of targets, which all get the same rules. */
    public record Source(Product product, String prefix, AccessRules access, TargetLimits limits, WebRules web) {}

    /**
     * How people log in, and what Gatehouse serves itself.
     *
     * @param url where browsers reach Gatehouse itself
     * @param logins the authenticators of the login page, in its order
     * @param administrators groups
     * @param store where sessions and tokens are kept
     * @param keys the file of keys; without one Gatehouse makes its own
     * @param authority the certificate authority that kubeconfigs name
     * @param namespaceFrom the extra of an identity that names the namespace of its kubeconfig
     * @param times how long all of it lasts
     * @param loginsPerMinute of one address
     * @param place where it is written
     */
    public record Portal(
            URI url,
            List<String> logins,
            Set<String> administrators,
            Product store,
            Optional<Path> keys,
            Optional<Path> authority,
            Optional<String> namespaceFrom,
            LoginRules.Times times,
            int loginsPerMinute,
            String place) {}

    /**
     * Bounds of streams.
     *
     * @param idle how long one may be silent both ways
     * @param maxAge how long one may live
     * @param platformThreads how many may run at once on a JVM without good virtual threads
     */
    public record Streams(Duration idle, Duration maxAge, int platformThreads) {}
}
