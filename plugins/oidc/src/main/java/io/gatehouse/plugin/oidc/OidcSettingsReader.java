package io.gatehouse.plugin.oidc;

import io.gatehouse.plugin.oidc.ClaimsPolicy.RequiredClaim;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** Makes the parts of a product from its settings; collects what can not be used. */
final class OidcSettingsReader {

    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");
    private static final Set<String> OWN_PARAMETERS = Set.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "request",
            "request_uri");
    private static final String EMAIL = "email";
    private static final String NO_PREFIX = "-";

    private final Settings settings;
    private final Clock clock;
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    OidcSettingsReader(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** @throws ConfigurationException with everything that was found to be wrong */
    void requireNoProblems() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    String issuer(ProviderClient client) {
        String issuer = settings.get(OidcSettings.ISSUER);
        try {
            URI address = new URI(issuer);
            if (address.getRawQuery() != null || !client.isAllowed(address)) {
                problem(
                        OidcSettings.ISSUER,
                        "expected https://host/path without a query; http:// only on this machine or with plain-http");
            }
        } catch (URISyntaxException e) {
            problem(OidcSettings.ISSUER, "expected an address, https://host/path");
        }
        return issuer;
    }

    ProviderClient client() {
        return new ProviderClient(
                settings.find(OidcSettings.CA).flatMap(this::trust),
                within(OidcSettings.TIMEOUT, Duration.ofMillis(1), Duration.ofSeconds(30), "1ms to 30s"),
                settings.get(OidcSettings.PLAIN_HTTP));
    }

    private Optional<SSLContext> trust(ConfigFile file) {
        try {
            return Optional.of(TrustedAuthorities.of(file));
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    Provider.Times times() {
        Duration refresh = within(OidcSettings.REFRESH_KEYS, Duration.ofSeconds(10), Duration.ofDays(1), "10s to 1d");
        Duration outage = within(OidcSettings.BEAR_OUTAGE, refresh, Duration.ofDays(7), "refresh-keys to 7d");
        return new Provider.Times(refresh, outage);
    }

    Set<String> algorithms() {
        List<String> wanted = settings.get(OidcSettings.ALGORITHMS);
        if (wanted.isEmpty() || !ALGORITHMS.containsAll(wanted)) {
            problem(
                    OidcSettings.ALGORITHMS,
                    "expected some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512");
        }
        return new LinkedHashSet<>(wanted);
    }

    ClaimsPolicy policy() {
        Set<String> audiences = new LinkedHashSet<>(settings.get(OidcSettings.AUDIENCES));
        if (audiences.isEmpty()) {
            settings.find(OidcSettings.CLIENT_ID).ifPresent(audiences::add);
        }
        if (audiences.isEmpty() || audiences.contains("")) {
            problem(OidcSettings.ISSUER, "write client-id or audiences: for whom tokens must be");
        }
        Set<String> parties = new LinkedHashSet<>(settings.get(OidcSettings.AUTHORIZED_PARTIES));
        settings.find(OidcSettings.KUBECTL_CLIENT_ID).ifPresent(id -> {
            audiences.add(id);
            if (!parties.isEmpty()) {
                parties.add(id);
            }
        });
        List<RequiredClaim> required = new ArrayList<>();
        for (String line : settings.get(OidcSettings.REQUIRED_CLAIMS)) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                problem(OidcSettings.REQUIRED_CLAIMS, "expected claim=value, not \"" + line + "\"");
            } else {
                path(OidcSettings.REQUIRED_CLAIMS, line.substring(0, equals))
                        .ifPresent(path -> required.add(new RequiredClaim(path, line.substring(equals + 1))));
            }
        }
        return new ClaimsPolicy(
                audiences,
                Set.copyOf(parties),
                within(OidcSettings.CLOCK_SKEW, Duration.ZERO, Duration.ofMinutes(10), "at most 10m"),
                within(OidcSettings.MAX_LIFETIME, Duration.ofMinutes(1), Duration.ofDays(3650), "1m to 3650d"),
                List.copyOf(required),
                clock);
    }

    IdentityRules rules() {
        String issuer = settings.get(OidcSettings.ISSUER);
        String username = settings.get(OidcSettings.USERNAME_CLAIM);
        String prefix = settings.find(OidcSettings.USER_PREFIX).orElse(username.equals(EMAIL) ? "" : issuer + "#");
        String groups = settings.get(OidcSettings.GROUPS_CLAIM);
        return new IdentityRules(
                path(OidcSettings.USERNAME_CLAIM, username).orElse(new ClaimPath("", List.of())),
                groups.isEmpty() ? Optional.empty() : path(OidcSettings.GROUPS_CLAIM, groups),
                prefix.equals(NO_PREFIX) ? "" : prefix,
                settings.get(OidcSettings.GROUP_PREFIX),
                settings.get(OidcSettings.REQUIRE_VERIFIED_EMAIL),
                Set.copyOf(settings.get(OidcSettings.ALLOW_SYSTEM)),
                extras());
    }

    private ExtraClaims extras() {
        Map<String, ClaimPath> paths = new LinkedHashMap<>();
        for (String line : settings.get(OidcSettings.EXTRA_CLAIMS)) {
            int equals = line.indexOf('=');
            String key = line.substring(0, Math.max(0, equals));
            if (!ExtraClaims.isKey(key) || paths.containsKey(key)) {
                problem(
                        OidcSettings.EXTRA_CLAIMS,
                        "expected key=claim with each key once, in lower case below a domain of yours such as"
                                + " example.com/namespace, not \"" + line + "\"");
            } else {
                path(OidcSettings.EXTRA_CLAIMS, line.substring(equals + 1)).ifPresent(path -> paths.put(key, path));
            }
        }
        return new ExtraClaims(paths);
    }

    /** Nothing when nobody logs in here: without a client-id there is only what others bring. */
    Optional<OidcLogin.Choices> login(String name) {
        List<String> scopes = settings.get(OidcSettings.SCOPES);
        if (!scopes.contains("openid") || scopes.stream().anyMatch(scope -> !isScope(scope))) {
            problem(OidcSettings.SCOPES, "expected openid among the scopes, and none with a blank");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String line : settings.get(OidcSettings.LOGIN_PARAMETERS)) {
            int equals = line.indexOf('=');
            if (isOwnParameter(line)) {
                problem(OidcSettings.LOGIN_PARAMETERS, "expected name=value of one that the flow itself does not set");
            } else {
                parameters.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        Duration withoutRefresh =
                within(OidcSettings.SESSION_WITHOUT_REFRESH, Duration.ofMinutes(1), Duration.ofDays(7), "1m to 7d");
        Optional<String> kubectl = settings.find(OidcSettings.KUBECTL_CLIENT_ID);
        boolean secret = settings.find(OidcSettings.CLIENT_SECRET).isPresent();
        if (secret && kubectl.isPresent() && kubectl.equals(settings.find(OidcSettings.CLIENT_ID))) {
            problem(OidcSettings.KUBECTL_CLIENT_ID, "expected a client without a secret, which client-id is not");
        }
        return settings.find(OidcSettings.CLIENT_ID)
                .map(id -> new OidcLogin.Choices(
                        settings.find(OidcSettings.TITLE).orElse(name),
                        kubectl.map(client -> Kubelogin.command(
                                        settings.get(OidcSettings.ISSUER), client, String.join(" ", scopes)))
                                .orElse(List.of()),
                        new CodeFlow.Client(
                                id,
                                settings.find(OidcSettings.CLIENT_SECRET),
                                String.join(" ", scopes),
                                Map.copyOf(parameters)),
                        withoutRefresh));
    }

    /** RFC 6749 A.4. */
    static boolean isScope(String text) {
        return text.matches("[!#-\\[\\]-~]+");
    }

    /** Whether a line is no {@code name=value}, or of a parameter that the flow itself sets. */
    static boolean isOwnParameter(String line) {
        int equals = line.indexOf('=');
        return equals < 1 || OWN_PARAMETERS.contains(line.substring(0, equals));
    }

    boolean groupsFromUserInfo() {
        return settings.get(OidcSettings.GROUPS_FROM).equals("userinfo");
    }

    private Optional<ClaimPath> path(Setting<?> setting, String text) {
        try {
            return Optional.of(ClaimPath.of(text));
        } catch (IllegalArgumentException e) {
            problem(setting, e.getMessage());
            return Optional.empty();
        }
    }

    private Duration within(Setting<Duration> setting, Duration least, Duration most, String words) {
        Duration value = settings.get(setting);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            problem(setting, "expected " + words);
        }
        return value;
    }

    private void problem(Setting<?> setting, String message) {
        problems.add(new ConfigurationProblem(settings.place(setting), message));
    }
}
