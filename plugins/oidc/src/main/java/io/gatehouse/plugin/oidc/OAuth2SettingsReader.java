package io.gatehouse.plugin.oidc;

import io.gatehouse.plugin.oidc.ClaimsPolicy.RequiredClaim;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** Makes the parts of a product from its settings; collects what can not be used. */
final class OAuth2SettingsReader {

    private static final String NO_PREFIX = "-";

    private final Settings settings;
    private final String name;
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    /** @param name what the administrator calls the product */
    OAuth2SettingsReader(Settings settings, String name) {
        this.settings = settings;
        this.name = name;
    }

    /** @throws ConfigurationException with everything that was found to be wrong */
    void requireNoProblems() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** A renewal makes three calls, and the host gives a plugin 10 seconds. */
    ProviderClient client() {
        Duration timeout = settings.get(OAuth2Settings.TIMEOUT);
        if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofSeconds(3)) > 0) {
            problem(OAuth2Settings.TIMEOUT, "expected 1ms to 3s");
        }
        return new ProviderClient(settings.find(OAuth2Settings.CA).flatMap(this::trust), timeout, false);
    }

    private Optional<SSLContext> trust(ConfigFile file) {
        try {
            return Optional.of(TrustedAuthorities.of(file));
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    OAuth2CodeFlow.Provider provider(ProviderClient client) {
        if (settings.get(OAuth2Settings.CLIENT_ID).isBlank()) {
            problem(OAuth2Settings.CLIENT_ID, "expected what the provider calls Gatehouse");
        }
        if (!settings.get(OAuth2Settings.PKCE)
                && settings.find(OAuth2Settings.CLIENT_SECRET).isEmpty()) {
            problem(OAuth2Settings.PKCE, "a client without a secret needs it");
        }
        List<String> scopes = settings.get(OAuth2Settings.SCOPES);
        if (scopes.stream().anyMatch(scope -> !OidcSettingsReader.isScope(scope))) {
            problem(OAuth2Settings.SCOPES, "expected scopes without a blank");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String line : settings.get(OAuth2Settings.LOGIN_PARAMETERS)) {
            if (OidcSettingsReader.isOwnParameter(line)) {
                problem(
                        OAuth2Settings.LOGIN_PARAMETERS,
                        "expected name=value of one that the flow itself does not set");
            } else {
                parameters.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        return new OAuth2CodeFlow.Provider(
                address(OAuth2Settings.AUTHORIZATION_ENDPOINT, client),
                address(OAuth2Settings.TOKEN_ENDPOINT, client),
                address(OAuth2Settings.USERINFO_ENDPOINT, client),
                settings.get(OAuth2Settings.CLIENT_ID),
                settings.find(OAuth2Settings.CLIENT_SECRET),
                settings.get(OAuth2Settings.CLIENT_AUTHENTICATION).equals("post"),
                String.join(" ", scopes),
                Map.copyOf(parameters),
                settings.get(OAuth2Settings.PKCE));
    }

    private URI address(Setting<String> setting, ProviderClient client) {
        try {
            URI address = new URI(settings.get(setting));
            if (client.isAllowed(address)) {
                return address;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        problem(setting, "expected https://host/path; http:// only on this machine");
        return URI.create("https://none.invalid/");
    }

    UserInfoRules rules() {
        ClaimPath id = path(OAuth2Settings.ID_FROM, settings.get(OAuth2Settings.ID_FROM));
        UserInfoRules.Names names = new UserInfoRules.Names(
                settings.find(OAuth2Settings.USER_FROM)
                        .map(text -> path(OAuth2Settings.USER_FROM, text))
                        .orElse(id),
                prefix(OAuth2Settings.USER_PREFIX),
                settings.find(OAuth2Settings.GROUPS_FROM).map(text -> path(OAuth2Settings.GROUPS_FROM, text)),
                prefix(OAuth2Settings.GROUP_PREFIX),
                Set.copyOf(settings.get(OAuth2Settings.ALLOW_SYSTEM)));
        UserInfoRules.Entry entry = new UserInfoRules.Entry(
                Set.copyOf(settings.get(OAuth2Settings.ALLOWED_GROUPS)),
                required(),
                settings.get(OAuth2Settings.EMAIL_DOMAINS).stream()
                        .map(domain -> domain.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet()),
                path(OAuth2Settings.EMAIL_FROM, settings.get(OAuth2Settings.EMAIL_FROM)),
                settings.find(OAuth2Settings.VERIFIED_FROM).map(text -> path(OAuth2Settings.VERIFIED_FROM, text)));
        check(names, entry);
        return new UserInfoRules(id, names, entry);
    }

    private void check(UserInfoRules.Names names, UserInfoRules.Entry entry) {
        boolean anybody = entry.groups().isEmpty()
                && entry.required().isEmpty()
                && entry.domains().isEmpty();
        if (anybody != settings.get(OAuth2Settings.ANY_ACCOUNT)) {
            problems.add(
                    new ConfigurationProblem(
                            settings.place(OAuth2Settings.ANY_ACCOUNT),
                            "write who may log in: allowed-groups, required-values or email-domains; or any-account: true, and none"));
        }
        if (!entry.groups().isEmpty() && names.groups().isEmpty()) {
            problem(OAuth2Settings.ALLOWED_GROUPS, "needs groups-from");
        }
        if (!entry.domains().isEmpty() && entry.verified().isEmpty()) {
            problem(
                    OAuth2Settings.EMAIL_DOMAINS,
                    "needs verified-from: an address that nobody has verified is anybody's");
        }
        if (entry.domains().stream().anyMatch(domain -> !domain.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?"))) {
            problem(OAuth2Settings.EMAIL_DOMAINS, "expected domains such as example.com");
        }
    }

    private List<RequiredClaim> required() {
        List<RequiredClaim> required = new ArrayList<>();
        for (String line : settings.get(OAuth2Settings.REQUIRED_VALUES)) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                problem(OAuth2Settings.REQUIRED_VALUES, "expected member=value, not \"" + line + "\"");
            } else {
                required.add(new RequiredClaim(
                        path(OAuth2Settings.REQUIRED_VALUES, line.substring(0, equals)), line.substring(equals + 1)));
            }
        }
        return List.copyOf(required);
    }

    private String prefix(Setting<String> setting) {
        String prefix = settings.find(setting).orElse(name + ":");
        return prefix.equals(NO_PREFIX) ? "" : prefix;
    }

    private ClaimPath path(Setting<?> setting, String text) {
        try {
            return ClaimPath.of(text);
        } catch (IllegalArgumentException e) {
            problem(setting, e.getMessage());
            return new ClaimPath("", List.of());
        }
    }

    private void problem(Setting<?> setting, String message) {
        problems.add(new ConfigurationProblem(settings.place(setting), setting + ": " + message));
    }
}
