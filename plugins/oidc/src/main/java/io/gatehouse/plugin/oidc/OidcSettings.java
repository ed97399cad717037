package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import java.time.Duration;
import java.util.List;

/** The settings of {@code oidc}. */
final class OidcSettings {

    static final Setting<String> ISSUER = Setting.text(
                    "issuer", "The issuer, letter for letter as its tokens name it (iss)")
            .required();
    static final Setting<String> CLIENT_ID = Setting.text(
            "client-id", "What the issuer calls Gatehouse; tokens must be for it, unless audiences says more");
    static final Setting<List<String>> AUDIENCES = Setting.texts(
                    "audiences", "A token that somebody brings must be for one of these (aud); else for client-id")
            .orElse(List.of());
    static final Setting<List<String>> AUTHORIZED_PARTIES = Setting.texts(
                    "authorized-parties", "The clients that a token may have been issued to (azp)")
            .orElse(List.of());
    static final Setting<List<String>> ALGORITHMS = Setting.texts(
                    "algorithms", "The signatures that are taken: RS256 to RS512, PS256 to PS512, ES256 to ES512")
            .orElse(List.of("RS256"));
    static final Setting<List<String>> REQUIRED_CLAIMS = Setting.texts(
                    "required-claims", "Lines of claim=value; the claim is that text, or a list that has it")
            .orElse(List.of());
    static final Setting<String> USERNAME_CLAIM = Setting.text(
                    "username-claim", "The claim that names the user, or a pointer to it such as /a/b")
            .orElse("sub");
    static final Setting<String> USER_PREFIX = Setting.text(
            "user-prefix", "Put before each user; else the issuer and #, and nothing for email; - for nothing");
    static final Setting<String> GROUPS_CLAIM = Setting.text(
                    "groups-claim", "The claim that names the groups, or a pointer to it; empty for none")
            .orElse("groups");
    static final Setting<String> GROUP_PREFIX =
            Setting.text("group-prefix", "Put before each group").orElse("");
    static final Setting<Boolean> REQUIRE_VERIFIED_EMAIL = Setting.flag(
                    "require-verified-email",
                    "With username-claim email, email_verified must be there, not only not false")
            .orElse(false);
    static final Setting<List<String>> ALLOW_SYSTEM = Setting.texts(
                    "allow-system", "Names of users and groups that may start with system:, prefix included")
            .orElse(List.of());
    static final Setting<List<String>> EXTRA_CLAIMS = Setting.texts(
                    "extra-claims", "Lines of example.com/key=claim: what else of a token becomes an extra of the user")
            .orElse(List.of());
    static final Setting<Secret> CLIENT_SECRET = Setting.secret(
            "client-secret", "What Gatehouse proves itself to the issuer with; none for a public client");
    static final Setting<String> KUBECTL_CLIENT_ID = Setting.text(
            "kubectl-client-id", "A public client that kubectl oidc-login logs in with; its tokens are taken too");
    static final Setting<String> TITLE = Setting.text("title", "What the login page calls it; else the entry's name");
    static final Setting<List<String>> SCOPES =
            Setting.texts("scopes", "What a login asks for").orElse(List.of("openid", "profile", "email"));
    static final Setting<List<String>> LOGIN_PARAMETERS = Setting.texts(
                    "login-parameters", "Lines of name=value that a login sends along, such as prompt=consent")
            .orElse(List.of());
    static final Setting<String> GROUPS_FROM = Setting.text(
                    "groups-from", "Where the groups of a login stand: id-token or userinfo")
            .oneOf("id-token", "userinfo")
            .orElse("id-token");
    static final Setting<Duration> SESSION_WITHOUT_REFRESH = Setting.duration(
                    "session-without-refresh", "How long a session lasts when the issuer gives no refresh token")
            .orElse(Duration.ofHours(1));
    static final Setting<Duration> CLOCK_SKEW = Setting.duration(
                    "clock-skew", "How far the issuer's clock may be ahead of ours (nbf, iat)")
            .orElse(Duration.ofMinutes(1));
    static final Setting<Duration> MAX_LIFETIME = Setting.duration(
                    "max-lifetime", "A token that lasts longer from now on is refused")
            .orElse(Duration.ofDays(7));
    static final Setting<Duration> REFRESH_KEYS = Setting.duration(
                    "refresh-keys", "How old the issuer's keys become before they are fetched anew")
            .orElse(Duration.ofMinutes(5));
    static final Setting<Duration> BEAR_OUTAGE = Setting.duration(
                    "bear-outage", "How long the known keys count while the issuer does not answer")
            .orElse(Duration.ofHours(1));
    static final Setting<Duration> TIMEOUT = Setting.duration("timeout", "How long a call of the issuer may take")
            .orElse(Duration.ofSeconds(5));
    static final Setting<ConfigFile> CA =
            Setting.file("ca", "PEM certificates that the issuer is verified against; else the JVM's own");
    static final Setting<Boolean> PLAIN_HTTP = Setting.flag(
                    "plain-http", "Take http:// beyond this machine too; whoever is on the way can be anybody then")
            .orElse(false);

    private OidcSettings() {}

    static List<Setting<?>> all() {
        return List.of(
                ISSUER,
                CLIENT_ID,
                AUDIENCES,
                AUTHORIZED_PARTIES,
                ALGORITHMS,
                REQUIRED_CLAIMS,
                USERNAME_CLAIM,
                USER_PREFIX,
                GROUPS_CLAIM,
                GROUP_PREFIX,
                REQUIRE_VERIFIED_EMAIL,
                ALLOW_SYSTEM,
                EXTRA_CLAIMS,
                CLIENT_SECRET,
                KUBECTL_CLIENT_ID,
                TITLE,
                SCOPES,
                LOGIN_PARAMETERS,
                GROUPS_FROM,
                SESSION_WITHOUT_REFRESH,
                CLOCK_SKEW,
                MAX_LIFETIME,
                REFRESH_KEYS,
                BEAR_OUTAGE,
                TIMEOUT,
                CA,
                PLAIN_HTTP);
    }
}
