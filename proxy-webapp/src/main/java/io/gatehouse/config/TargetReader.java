package io.gatehouse.config;

import io.gatehouse.plugin.NearestName;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.target.AccessRules;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetLimits;
import io.gatehouse.target.TargetSettings;
import io.gatehouse.target.UpstreamProtocol;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code targets:} and the keys that targets and sources of targets share. */
final class TargetReader {

    static final String ANONYMOUS = "anonymous";

    private record Reference(Section section, String key, String name) {}

    private final CredentialReader credentials;
    private final Problems problems;
    private final List<Reference> references = new ArrayList<>();

    TargetReader(Path home, WatchedFiles files, Problems problems) {
        this.credentials = new CredentialReader(home, files, problems);
        this.problems = problems;
    }

    Map<String, TargetSettings> read(Section root) {
        Map<String, TargetSettings> targets = new LinkedHashMap<>();
        Map<String, String> served = new HashMap<>();
        root.sections("targets").forEach((name, section) -> {
            if (!name.matches("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")) {
                problems.add(
                        section.place(),
                        "\"" + name + "\" is not a name of lower-case letters, digits, dots and dashes");
            }
            target(name, section).ifPresent(target -> targets.put(name, target));
            section.finish();
        });
        targets.values().removeIf(target -> isServed(target, served));
        return targets;
    }

    /** Whether another target is served where this one wants to be. That is said here, so nobody need see this one. */
    private boolean isServed(TargetSettings target, Map<String, String> served) {
        String where = target.host().orElse("") + target.path().orElse("");
        String other = served.putIfAbsent(where, target.name());
        if (other != null) {
            problems.add(
                    target.place(),
                    "targets \"" + other + "\" and \"" + target.name() + "\" are both served at " + where);
        }
        return other != null;
    }

    private Optional<TargetSettings> target(String name, Section section) {
        int before = problems.list().size();
        Optional<String> path = section.text("path");
        Optional<String> host = section.value("host", TargetReader::hostName);
        if (!section.has("path") && !section.has("host")) {
            problems.add(
                    section.place(),
                    "target \"" + name + "\" needs either a \"path\" such as /clusters/" + name + "/ or a \"host\"");
        } else if (section.has("path") && section.has("host")) {
            problems.add(section.place(), "target \"" + name + "\" has both a \"path\" and a \"host\"; expected one");
        }
        path.filter(text -> !isPathPrefix(text))
                .ifPresent(text -> section.problem(
                        "path",
                        "\"path\": expected a path such as /clusters/" + name + "/, with a slash at both ends"));
        path.filter(TargetReader::isOwnPath)
                .ifPresent(text -> section.problem("path", "\"path\": /gatehouse/ is Gatehouse's own"));
        Optional<URI> server = section.value("url", TargetReader::serverUrl);
        if (!section.has("url")) {
            problems.add(section.place(), "target \"" + name + "\" has no \"url\"");
        }
        UpstreamProtocol protocol = ProtocolReader.read(section, server);
        boolean skipVerify = section.flag("insecure-skip-verify", false);
        Optional<ConfigFile> authorities = credentials.file(section, "ca");
        TargetSettings.Credential credential = credentials.read(section);
        if (skipVerify && authorities.isPresent()) {
            section.problem("insecure-skip-verify", "\"insecure-skip-verify\" and \"ca\" contradict each other");
        }
        TargetSettings target = new TargetSettings(
                name,
                problems.list().size() == before,
                section.place(),
                path,
                host,
                server.orElse(URI.create("http://127.0.0.1")),
                protocol,
                section.flag("kubernetes", false),
                authorities,
                section.text("tls-server-name"),
                skipVerify,
                credential,
                access(section),
                limits(section),
                WebRulesReader.read(section));
        return server.map(present -> target);
    }

    static boolean isPathPrefix(String text) {
        return text.matches("/([A-Za-z0-9._~-]+/)*") && !text.contains("/./") && !text.contains("/../");
    }

    /** Whether a prefix would hide what Gatehouse serves itself. */
    static boolean isOwnPath(String prefix) {
        return prefix.startsWith("/gatehouse/");
    }

    private static String hostName(String text) {
        if (!text.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
            throw new IllegalArgumentException("expected a lower-case host name without a port");
        }
        return text;
    }

    private static URI serverUrl(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            if (http && bare && uri.getHost() != null || isUnix(uri, bare) || text.equals(Target.ECHO_SCHEME + ":/")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket");
    }

    /** What has a host is a path with a slash too few or too many. */
    private static boolean isUnix(URI uri, boolean bare) {
        return Target.UNIX_SCHEME.equals(uri.getScheme())
                && bare
                && uri.getRawAuthority() == null
                && uri.getPath() != null
                && uri.getPath().matches("/[^\\x00]*[^/\\x00]");
    }

    AccessRules access(Section section) {
        List<String> authenticators = section.texts("authenticators");
        List<String> authorizers = section.texts("authorizers");
        Optional<String> identity = section.text("identity");
        boolean all = section.value("combine", text -> {
                    if (!text.equals("any") && !text.equals("all")) {
                        throw new IllegalArgumentException("expected any (one authorizer is enough) or all");
                    }
                    return text.equals("all");
                })
                .orElse(false);
        boolean sharedOrigin = section.value("browser-sessions", text -> {
                    if (!text.equals("own-origin") && !text.equals("shared-origin")) {
                        throw new IllegalArgumentException("expected own-origin or shared-origin");
                    }
                    return text.equals("shared-origin");
                })
                .orElse(false);
        require(
                section,
                "authenticators",
                !authenticators.isEmpty(),
                "who may log in; \"anonymous\" is the word for everybody");
        require(section, "authorizers", !authorizers.isEmpty(), "who decides what they may");
        require(section, "identity", identity.isPresent(), "as whom the upstream sees them");
        authenticators.forEach(name -> references.add(new Reference(section, "authenticators", name)));
        authorizers.forEach(name -> references.add(new Reference(section, "authorizers", name)));
        identity.ifPresent(name -> references.add(new Reference(section, "identity", name)));
        return new AccessRules(
                authenticators,
                authorizers,
                all,
                identity.orElse(""),
                section.flag("impersonation", false),
                EntryRulesReader.read(section),
                sharedOrigin);
    }

    private void require(Section section, String key, boolean present, String meaning) {
        if (!present && !section.has(key)) {
            problems.add(section.place(), "\"" + key + "\" is missing: " + meaning);
        } else if (!present) {
            section.problem(key, "\"" + key + "\" is empty: " + meaning);
        }
    }

    TargetLimits limits(Section section) {
        int connections = section.integer("connections", 256, 1, 10_000);
        int rate = section.integer("requests-per-second", 0, 0, 1_000_000);
        if (section.has("burst") && rate == 0) {
            section.problem("burst", "\"burst\" has a meaning with \"requests-per-second\" only");
        }
        return new TargetLimits(
                connections,
                section.integer("requests-per-user", Math.max(2, connections / 2), 1, 10_000),
                section.integer("streams", 5_000, 1, 100_000),
                section.integer("streams-per-user", 500, 1, 100_000),
                section.duration(
                        "connect-timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(2)),
                section.duration(
                        "response-timeout", Duration.ofSeconds(90), Duration.ofSeconds(1), Duration.ofHours(2)),
                rate,
                section.integer("burst", Math.max(1, 2 * rate), 1, 1_000_000));
    }

    /** Every name that a target uses must be one that is there. */
    void checkReferences(
            Collection<String> authenticators, Collection<String> authorizers, Collection<String> identities) {
        for (Reference reference : references) {
            Collection<String> known = switch (reference.key()) {
                case "authenticators" -> authenticators;
                case "authorizers" -> authorizers;
                default -> identities;
            };
            boolean anonymous =
                    reference.key().equals("authenticators") && reference.name().equals(ANONYMOUS);
            if (!anonymous && !known.contains(reference.name())) {
                String list = reference.key().equals("identity") ? "identities" : reference.key();
                reference
                        .section()
                        .problem(
                                reference.key(),
                                "no \"" + reference.name() + "\" among \"" + list + "\"."
                                        + NearestName.hint(reference.name(), known));
            }
        }
    }
}
