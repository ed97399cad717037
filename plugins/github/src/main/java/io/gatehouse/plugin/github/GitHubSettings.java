package io.gatehouse.plugin.github;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import java.time.Duration;
import java.util.List;

/** The settings of {@code github}. */
final class GitHubSettings {

    static final Setting<String> URL = Setting.text("url", "GitHub, or a GitHub Enterprise Server: https://host")
            .orElse("https://github.com");
    static final Setting<String> CLIENT_ID =
            Setting.text("client-id", "The OAuth app").required();
    static final Setting<Secret> CLIENT_SECRET =
            Setting.secret("client-secret", "Its secret").required();
    static final Setting<List<String>> ORGANIZATIONS = Setting.texts(
                    "organizations", "Who may log in: members of one of these, by name or as id:number")
            .orElse(List.of());
    static final Setting<Boolean> ANY_ACCOUNT = Setting.flag(
                    "any-account", "In place of organizations: everybody with an account may log in")
            .orElse(false);
    static final Setting<String> GROUPS = Setting.text("groups", "How groups are named, see below")
            .orElse("slugs")
            .oneOf("none", "slugs", "ids", "both");
    static final Setting<Integer> MAX_GROUPS = Setting.integer("max-groups", "Who is in more groups can not log in")
            .orElse(1_000);
    static final Setting<String> USER_FROM = Setting.text(
                    "user-from", "The user name: login, which people can change, or id, the account's number")
            .orElse("login")
            .oneOf("login", "id");
    static final Setting<String> USER_PREFIX =
            Setting.text("user-prefix", "Put before each user name").orElse("");
    static final Setting<String> GROUP_PREFIX =
            Setting.text("group-prefix", "Put before each group").orElse("");
    static final Setting<List<String>> ALLOW_SYSTEM = Setting.texts(
                    "allow-system", "Names of users and groups that may start with system: and still count")
            .orElse(List.of());
    static final Setting<String> PERSONAL_ACCESS_TOKENS = Setting.text(
                    "personal-access-tokens", "Which ones programs may bring as bearer tokens, see below")
            .orElse("none")
            .oneOf("none", "classic", "all");
    static final Setting<Duration> CACHE = Setting.duration(
                    "cache", "How long a personal access token and its groups count before GitHub is asked again")
            .orElse(Duration.ofSeconds(60));
    static final Setting<Duration> CACHE_REFUSED = Setting.duration(
                    "cache-refused", "How long a personal access token that was refused counts as such")
            .orElse(Duration.ofSeconds(10));
    static final Setting<ConfigFile> CA =
            Setting.file("ca", "PEM certificates of the authorities of url; else those that Java trusts");
    static final Setting<Duration> TIMEOUT =
            Setting.duration("timeout", "How long one answer may take").orElse(Duration.ofSeconds(3));
    static final Setting<String> TITLE =
            Setting.text("title", "What the login page calls it").orElse("GitHub");

    private GitHubSettings() {}

    static List<Setting<?>> list() {
        return List.of(
                URL,
                CLIENT_ID,
                CLIENT_SECRET,
                ORGANIZATIONS,
                ANY_ACCOUNT,
                GROUPS,
                MAX_GROUPS,
                USER_FROM,
                USER_PREFIX,
                GROUP_PREFIX,
                ALLOW_SYSTEM,
                PERSONAL_ACCESS_TOKENS,
                CACHE,
                CACHE_REFUSED,
                CA,
                TIMEOUT,
                TITLE);
    }
}
