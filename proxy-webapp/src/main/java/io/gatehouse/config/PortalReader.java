package io.gatehouse.config;

import io.gatehouse.login.LoginRules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code portal}: how people log in, and what Gatehouse serves itself. */
final class PortalReader {

    private final Path home;
    private final Problems problems;

    /** Hundreds in one office, behind one address, at nine o'clock. */
    private static final int LOGINS_PER_MINUTE = 600;

    PortalReader(Path home, Problems problems) {
        this.home = home;
        this.problems = problems;
    }

    /** @param authenticators the names that are there to log in with */
    Optional<GatehouseConfig.Portal> read(Optional<Section> section, Set<String> authenticators) {
        return section.flatMap(portal -> read(portal, authenticators));
    }

    private Optional<GatehouseConfig.Portal> read(Section portal, Set<String> authenticators) {
        Optional<URI> url = portal.value("url", PortalAddress::parse);
        if (!portal.has("url")) {
            problems.add(portal.place(), "\"portal\" has no \"url\": where browsers reach Gatehouse itself");
        }
        List<String> logins = portal.texts("logins");
        if (logins.isEmpty()) {
            problems.add(portal.place(), "\"portal\" has no \"logins\": name at least one authenticator");
        }
        logins.stream()
                .filter(name -> !authenticators.contains(name))
                .forEach(name -> portal.problem("logins", "\"logins\": there is no authenticator \"" + name + "\""));
        Optional<Section> store = portal.section("store");
        Optional<String> plugin = store.flatMap(known -> known.text("plugin"));
        if (store.isPresent() && plugin.isEmpty()) {
            problems.add(store.get().place(), "\"store\" has no \"plugin\"");
        }
        GatehouseConfig.Product product =
                new GatehouseConfig.Product("portal", plugin.orElse("store-jdbc"), store.orElseGet(Section::empty));
        Optional<GatehouseConfig.Portal> read = url.map(known -> new GatehouseConfig.Portal(
                known,
                logins,
                Set.copyOf(portal.texts("administrators")),
                product,
                portal.text("keys").map(home::resolve),
                portal.text("ca").map(home::resolve),
                portal.text("namespace-from"),
                times(portal),
                portal.integer("logins-per-minute", LOGINS_PER_MINUTE, 1, 1_000_000),
                portal.place()));
        portal.finish();
        return read;
    }

    private static LoginRules.Times times(Section portal) {
        Duration minute = Duration.ofMinutes(1);
        Duration year = Duration.ofDays(365);
        return new LoginRules.Times(
                portal.duration("session-idle", Duration.ofHours(8), minute, year),
                portal.duration("session-life", Duration.ofDays(7), minute, year),
                portal.duration(
                        "session-renew",
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(5),
                        LoginRules.Times.LONGEST_RENEWAL),
                portal.duration("session-grace", Duration.ofMinutes(30), Duration.ZERO, Duration.ofDays(7)),
                portal.duration("token-life", Duration.ofDays(90), minute, Duration.ofDays(3_650)),
                portal.duration("token-confirm", Duration.ofDays(30), minute, Duration.ofDays(3_650)));
    }
}
