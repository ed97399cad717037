package io.gatehouse.config;

import io.gatehouse.config.GatehouseConfig.Audit;
import io.gatehouse.config.GatehouseConfig.Listen;
import io.gatehouse.config.GatehouseConfig.Product;
import io.gatehouse.config.GatehouseConfig.Source;
import io.gatehouse.config.GatehouseConfig.Streams;
import io.gatehouse.pipeline.PersonLimits;
import io.gatehouse.request.AddressRanges;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads {@code gatehouse.yaml}. */
public final class ConfigReader {

    /** The file's name inside the home. */
    public static final String FILE_NAME = "gatehouse.yaml";

    private static final int DEFAULT_QUEUE = 65_536;

    /** Query parameters that carry secrets in some protocol or other. */
    private static final Set<String> SENSITIVE_PARAMETERS = Set.of(
            "access_token",
            "api_key",
            "apikey",
            "assertion",
            "auth",
            "authorization",
            "bearer",
            "client_secret",
            "code",
            "code_verifier",
            "credential",
            "credentials",
            "id_token",
            "id_token_hint",
            "jwt",
            "key",
            "otp",
            "passphrase",
            "passwd",
            "password",
            "private_key",
            "pwd",
            "refresh_token",
            "samlresponse",
            "secret",
            "session",
            "sig",
            "signature",
            "state",
            "ticket",
            "token",
            "x-amz-credential",
            "x-amz-security-token",
            "x-amz-signature",
            "x-goog-signature");

    private final Path home;
    private final Problems problems;
    private final TargetReader targets;

    private ConfigReader(Path home, WatchedFiles files, Problems problems) {
        this.home = home;
        this.problems = problems;
        this.targets = new TargetReader(home, files, problems);
    }

    /**
     * Reads the file of a home.
     *
     * @return nothing when the file does not parse at all; else what could be read, and the rest is in the problems
     */
    public static Optional<GatehouseConfig> read(
            Path home, Function<String, String> environment, WatchedFiles files, Problems problems) {
        return Document.read(home.resolve(FILE_NAME), environment, files, problems)
                .map(root -> new ConfigReader(home, files, problems).config(root));
    }

    private GatehouseConfig config(Section root) {
        Map<String, Product> authenticators = products(root, "authenticators");
        Map<String, Product> authorizers = products(root, "authorizers");
        Map<String, Product> identities = products(root, "identities");
        GatehouseConfig config = new GatehouseConfig(
                home,
                listen(root.section("listen")),
                addresses(root, "trusted-proxies"),
                addresses(root, "tls-terminators"),
                CertificateHeaderReader.read(root),
                authenticators,
                authorizers,
                identities,
                audit(root.section("audit")),
                sources(root),
                targets.read(root),
                new PortalReader(home, problems).read(root.section("portal"), authenticators.keySet()),
                person(root.section("per-user")),
                streams(root.section("streams")),
                root.duration("look-for-changes", Duration.ofSeconds(2), Duration.ofMillis(10), Duration.ofHours(1)),
                root.duration("shutdown-grace", Duration.ofSeconds(20), Duration.ZERO, Duration.ofMinutes(10)));
        targets.checkReferences(authenticators.keySet(), authorizers.keySet(), identities.keySet());
        if (authenticators.containsKey(TargetReader.ANONYMOUS)) {
            problems.add(
                    authenticators.get(TargetReader.ANONYMOUS).section().place(),
                    "\"anonymous\" is the word that opens a target; give the authenticator another name");
        }
        root.finish();
        return config;
    }

    private Listen listen(Optional<Section> section) {
        Section listen = section.orElseGet(Section::empty);
        Listen read = new Listen(
                listen.text("address").orElse("127.0.0.1"),
                listen.integer("port", 8443, 0, 65_535),
                listen.flag("tls", true),
                home.resolve(listen.text("certificate").orElse("tls/server.crt")),
                home.resolve(listen.text("key").orElse("tls/server.key")),
                home.resolve(listen.text("client-ca").orElse("tls/client-ca.crt")));
        listen.finish();
        return read;
    }

    private AddressRanges addresses(Section root, String key) {
        try {
            return AddressRanges.of(root.texts(key));
        } catch (IllegalArgumentException e) {
            root.problem(key, "\"" + key + "\": " + e.getMessage());
            return AddressRanges.none();
        }
    }

    private Map<String, Product> products(Section parent, String key) {
        Map<String, Product> products = new LinkedHashMap<>();
        parent.sections(key).forEach((name, section) -> {
            checkName(section.place(), name);
            section.text("plugin")
                    .ifPresentOrElse(
                            plugin -> products.put(name, new Product(name, plugin, section)),
                            () -> problems.add(section.place(), "\"" + name + "\" has no \"plugin\""));
        });
        return Collections.unmodifiableMap(products); // in the order of the file
    }

    private void checkName(String place, String name) {
        if (!name.matches("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")) {
            problems.add(place, "\"" + name + "\" is not a name of lower-case letters, digits, dots and dashes");
        }
    }

    private Audit audit(Optional<Section> section) {
        if (section.isEmpty()) {
            problems.add(FILE_NAME + ":1:1", "\"audit\" is missing: name at least one sink, so that there is a record");
            return new Audit(Map.of(), DEFAULT_QUEUE, SENSITIVE_PARAMETERS);
        }
        Section audit = section.get();
        Set<String> sensitive = new HashSet<>(SENSITIVE_PARAMETERS);
        audit.texts("sensitive-parameters").forEach(name -> sensitive.add(name.toLowerCase(Locale.ROOT)));
        Audit read = new Audit(
                products(audit, "sinks"),
                audit.integer("queue", DEFAULT_QUEUE, 1_000, 1_000_000),
                Set.copyOf(sensitive));
        if (read.sinks().isEmpty()) {
            problems.add(audit.place(), "\"audit\" has no \"sinks\", so there would be no record");
        }
        audit.finish();
        return read;
    }

    private Map<String, Source> sources(Section root) {
        Map<String, Source> sources = new LinkedHashMap<>();
        root.sections("sources").forEach((name, section) -> {
            checkName(section.place(), name);
            String prefix = section.text("prefix").orElse("/clusters/");
            if (!TargetReader.isPathPrefix(prefix)) {
                section.problem("prefix", "\"prefix\": expected a path such as /clusters/, with a slash at both ends");
            } else if (TargetReader.isOwnPath(prefix)) {
                section.problem("prefix", "\"prefix\": /gatehouse/ is Gatehouse's own");
            }
            Optional<String> plugin = section.text("plugin");
            if (plugin.isEmpty()) {
                problems.add(section.place(), "\"" + name + "\" has no \"plugin\"");
            }
            sources.put(
                    name,
                    new Source(
                            new Product(name, plugin.orElse(""), section),
                            prefix,
                            targets.access(section),
                            targets.limits(section),
                            WebRulesReader.read(section)));
        });
        return sources;
    }

    private static PersonLimits person(Optional<Section> section) {
        Section person = section.orElseGet(Section::empty);
        PersonLimits read = new PersonLimits(
                person.integer("requests", 160, 1, 100_000), person.integer("streams", 1_000, 1, 100_000));
        person.finish();
        return read;
    }

    private Streams streams(Optional<Section> section) {
        Duration hour = Duration.ofHours(1);
        Duration day = Duration.ofDays(1);
        Section streams = section.orElseGet(Section::empty);
        Streams read = new Streams(
                streams.duration("idle", hour, Duration.ofMinutes(15), Duration.ofDays(30)),
                streams.duration("max-age", day, Duration.ofMinutes(15), Duration.ofDays(365)),
                streams.integer("platform-threads", 2_000, 10, 20_000));
        streams.finish();
        return read;
    }
}
