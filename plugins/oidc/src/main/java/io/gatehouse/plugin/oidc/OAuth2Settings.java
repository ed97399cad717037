package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import java.time.Duration;
import java.util.List;

/** The settings of {@code oauth2}. */
final class OAuth2Settings {

    static final Setting<String> AUTHORIZATION_ENDPOINT = Setting.text(
                    "authorization-endpoint", "Where browsers go to log in")
            .required();
    static final Setting<String> TOKEN_ENDPOINT =
            Setting.text("token-endpoint", "Where a code is exchanged").required();
    static final Setting<String> USERINFO_ENDPOINT = Setting.text(
                    "userinfo-endpoint", "What tells in JSON whose a token is")
            .required();
    static final Setting<String> CLIENT_ID =
            Setting.text("client-id", "What the provider calls Gatehouse").required();
    static final Setting<Secret> CLIENT_SECRET = Setting.secret(
            "client-secret", "What Gatehouse proves itself to the provider with; none for a public client");
    static final Setting<String> CLIENT_AUTHENTICATION = Setting.text(
                    "client-authentication", "How the secret is sent: basic, in a header, or post, in the form")
            .oneOf("basic", "post")
            .orElse("basic");
    static final Setting<List<String>> SCOPES =
            Setting.texts("scopes", "What a login asks for").orElse(List.of());
    static final Setting<List<String>> LOGIN_PARAMETERS = Setting.texts(
                    "login-parameters", "Lines of name=value that a login sends along, such as prompt=consent")
            .orElse(List.of());
    static final Setting<Boolean> PKCE = Setting.flag(
                    "pkce",
                    "Whether the code is bound to the login (RFC 7636); false only where the provider refuses it")
            .orElse(true);
    static final Setting<String> ID_FROM = Setting.text(
                    "id-from", "What never changes for an account: a member of the user information, or a pointer /a/b")
            .required();
    static final Setting<String> USER_FROM =
            Setting.text("user-from", "The user name, likewise; else the id, which nobody can change or take over");
    static final Setting<String> USER_PREFIX =
            Setting.text("user-prefix", "Put before each user; else the entry's name and a colon; - for nothing");
    static final Setting<String> GROUPS_FROM =
            Setting.text("groups-from", "The groups, likewise: a list of texts, or one; else there are none");
    static final Setting<String> GROUP_PREFIX =
            Setting.text("group-prefix", "Put before each group; else the entry's name and a colon; - for nothing");
    static final Setting<List<String>> ALLOWED_GROUPS = Setting.texts(
                    "allowed-groups", "Who may log in: who has one of these groups, as the provider writes them")
            .orElse(List.of());
    static final Setting<List<String>> REQUIRED_VALUES = Setting.texts(
                    "required-values", "Who may log in: lines of member=value; it is that, or a list that has it")
            .orElse(List.of());
    static final Setting<List<String>> EMAIL_DOMAINS = Setting.texts(
                    "email-domains", "Who may log in: whose verified e-mail is of one of these domains")
            .orElse(List.of());
    static final Setting<Boolean> ANY_ACCOUNT = Setting.flag(
                    "any-account", "In place of the three above: everybody with an account may log in")
            .orElse(false);
    static final Setting<String> EMAIL_FROM =
            Setting.text("email-from", "The e-mail address, for email-domains").orElse("email");
    static final Setting<String> VERIFIED_FROM =
            Setting.text("verified-from", "What must be true, such as email_verified; needed with email-domains");
    static final Setting<List<String>> ALLOW_SYSTEM = Setting.texts(
                    "allow-system", "Names of users and groups that may start with system:, prefix included")
            .orElse(List.of());
    static final Setting<String> TITLE = Setting.text("title", "What the login page calls it; else the entry's name");
    static final Setting<Duration> TIMEOUT = Setting.duration(
                    "timeout", "How long a call of the provider may take, at most 3s")
            .orElse(Duration.ofSeconds(3));
    static final Setting<ConfigFile> CA =
            Setting.file("ca", "PEM certificates that the provider is verified against; else the JVM's own");

    private OAuth2Settings() {}

    static List<Setting<?>> all() {
        return List.of(
                AUTHORIZATION_ENDPOINT,
                TOKEN_ENDPOINT,
                USERINFO_ENDPOINT,
                CLIENT_ID,
                CLIENT_SECRET,
                CLIENT_AUTHENTICATION,
                SCOPES,
                LOGIN_PARAMETERS,
                PKCE,
                ID_FROM,
                USER_FROM,
                USER_PREFIX,
                GROUPS_FROM,
                GROUP_PREFIX,
                ALLOWED_GROUPS,
                REQUIRED_VALUES,
                EMAIL_DOMAINS,
                ANY_ACCOUNT,
                EMAIL_FROM,
                VERIFIED_FROM,
                ALLOW_SYSTEM,
                TITLE,
                TIMEOUT,
                CA);
    }
}
