package io.gatehouse.plugin.github;

import io.gatehouse.plugin.github.IdentityRules.AllowedOrganization;
import io.gatehouse.plugin.github.IdentityRules.GroupNames;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** Makes the parts of a product from its settings; collects what can not be used. */
final class SettingsReader {

    private final Settings settings;
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    SettingsReader(Settings settings) {
        this.settings = settings;
    }

    /** @throws ConfigurationException with everything that was found to be wrong */
    void requireNoProblems() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    Optional<Endpoints> endpoints() {
        try {
            return Optional.of(Endpoints.of(settings.get(GitHubSettings.URL)));
        } catch (IllegalArgumentException e) {
            problem(GitHubSettings.URL, e.getMessage());
            return Optional.empty();
        }
    }

    HttpCalls http() {
        return new HttpCalls(
                settings.find(GitHubSettings.CA).flatMap(this::trust),
                within(GitHubSettings.TIMEOUT, Duration.ofMillis(1), Duration.ofSeconds(9), "1ms to 9s"));
    }

    private Optional<SSLContext> trust(ConfigFile file) {
        try {
            return Optional.of(TrustedAuthorities.of(file));
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    IdentityRules rules() {
        if (settings.get(GitHubSettings.CLIENT_ID).isBlank()) {
            problem(GitHubSettings.CLIENT_ID, "expected the client ID of the OAuth app");
        }
        List<AllowedOrganization> allowed = new ArrayList<>();
        for (String text : settings.get(GitHubSettings.ORGANIZATIONS)) {
            try {
                allowed.add(AllowedOrganization.of(text));
            } catch (IllegalArgumentException e) {
                problem(GitHubSettings.ORGANIZATIONS, "\"" + text + "\": " + e.getMessage());
            }
        }
        boolean anyAccount = settings.get(GitHubSettings.ANY_ACCOUNT);
        if (anyAccount != settings.get(GitHubSettings.ORGANIZATIONS).isEmpty()) {
            problem(
                    GitHubSettings.ORGANIZATIONS,
                    "expected the organisations whose members may log in; or any-account: true, and none");
        }
        int most = settings.get(GitHubSettings.MAX_GROUPS);
        if (most < 1 || most > 5_000) {
            problem(GitHubSettings.MAX_GROUPS, "expected 1 to 5000");
        }
        return new IdentityRules(
                List.copyOf(allowed),
                GroupNames.valueOf(settings.get(GitHubSettings.GROUPS).toUpperCase(Locale.ROOT)),
                settings.get(GitHubSettings.USER_FROM).equals("id"),
                settings.get(GitHubSettings.USER_PREFIX),
                settings.get(GitHubSettings.GROUP_PREFIX),
                most,
                Set.copyOf(settings.get(GitHubSettings.ALLOW_SYSTEM)));
    }

    /** Nothing where programs can not bring tokens. */
    Optional<GitHubAuthenticator.TokenRules> tokens(Clock clock) {
        Duration cache = within(GitHubSettings.CACHE, Duration.ZERO, Duration.ofMinutes(10), "at most 10m");
        Duration refused = within(GitHubSettings.CACHE_REFUSED, Duration.ZERO, Duration.ofMinutes(1), "at most 1m");
        String kinds = settings.get(GitHubSettings.PERSONAL_ACCESS_TOKENS);
        return kinds.equals("none")
                ? Optional.empty()
                : Optional.of(new GitHubAuthenticator.TokenRules(
                        kinds.equals("all"), new RememberedTokens(cache, refused, clock), new UnknownTokens(clock)));
    }

    private Duration within(Setting<Duration> setting, Duration least, Duration most, String words) {
        Duration value = settings.get(setting);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            problem(setting, "expected " + words);
        }
        return value;
    }

    private void problem(Setting<?> setting, String message) {
        problems.add(new ConfigurationProblem(settings.place(setting), setting + ": " + message));
    }
}
