package io.gatehouse.scenarios;

import io.gatehouse.containers.ContainerKind;
import java.nio.file.Files;

/** A site with a portal, an application on a host of its own, and targets that take other logins, or none. */
final class LoginSite {

    static final String GATE = "gate.test";
    static final String APP = "app.test";
    static final String SESSION = "__Host-gatehouse-session";

    private LoginSite() {}

    static Site start(ContainerKind kind) throws Exception {
        return Site.start(kind, made -> {
            made.home()
                    .with("trusted-proxies: [127.0.0.1]\n"
                            + "portal: {url: \"https://gate.test\", logins: [staff, owners], administrators: [admins]}")
                    .product("authenticators", "owners: {plugin: htpasswd, file: owners, groups: [admins]}")
                    .targetAs("app", app(made, "staff"))
                    .targetAs(
                            "open",
                            "{path: /open/, url: \"" + made.url() + "\", authenticators: [anonymous], "
                                    + "authorizers: [everybody], identity: nobody}")
                    .target("nested", made.url(), "kubernetes: true", "impersonation: true")
                    .product("authorizers", "everybody: {plugin: acl, policy: everybody.csv}")
                    .product("identities", "nobody: {plugin: none}")
                    .file("everybody.csv", "p, user:system:anonymous, *, /**, *, allow\n")
                    .targetAs("other", onOwnHost("other.test", made, "owners"));
            Files.copy(
                    made.home().folder().resolve("htpasswd"),
                    made.home().folder().resolve("owners"));
        });
    }

    /** The application, which takes the logins of one authenticator. */
    static String app(Site made, String authenticator) {
        return onOwnHost(APP, made, authenticator);
    }

    private static String onOwnHost(String host, Site made, String authenticator) {
        return "{host: " + host + ", url: \"" + made.url() + "\", authenticators: [" + authenticator
                + "], authorizers: [policy], identity: as-user}";
    }
}
