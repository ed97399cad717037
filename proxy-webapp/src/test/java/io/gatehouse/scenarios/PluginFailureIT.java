package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.plugin.TestJars;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins that throw what no plugin should, or leave out what they should say: nobody gets in through them. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record PluginFailureIT(ContainerKind kind) {

    private static final String SOURCE = """
            package test;
            import io.gatehouse.spi.*;
            import java.net.URI;
            import java.util.*;
            public class Plugin implements GatehousePlugin {
                static <T> T fail() { throw new ServiceConfigurationError("hunter2"); }
                static OutboundIdentity told(Identity who) {
                    return new OutboundIdentity.Headers(List.of(new Header("X-My-User", who.user())));
                }
                @Override public List<AuthenticatorFactory> authenticators() {
                    return List.of(new AuthenticatorFactory() {
                        @Override public String name() { return "faulty"; }
                        @Override public List<Setting<?>> settings() { return List.of(); }
                        @Override public Authenticator create(Settings settings, PluginContext context) {
                            return (credential, view) -> fail();
                        }
                    });
                }
                @Override public List<AuthorizerFactory> authorizers() {
                    return List.of(new AuthorizerFactory() {
                        @Override public String name() { return "faulty"; }
                        @Override public List<Setting<?>> settings() { return List.of(); }
                        @Override public Authorizer create(Settings settings, PluginContext context) {
                            return request -> fail();
                        }
                    });
                }
                @Override public List<UpstreamIdentityFactory> upstreamIdentities() {
                    return List.of(new Identities("faulty"), new Identities("unnamed"), new Identities("unmade"),
                            new Identities("undeclared"));
                }
                record Identities(String name) implements UpstreamIdentityFactory {
                    @Override public List<Setting<?>> settings() { return List.of(); }
                    @Override public UpstreamIdentity create(Settings settings, PluginContext context) {
                        if (name.equals("unmade")) {
                            return fail();
                        }
                        return new UpstreamIdentity() {
                            @Override public Set<String> managedHeaders() {
                                return name.equals("unnamed") ? fail() : Set.of();
                            }
                            @Override public OutboundIdentity outbound(Identity who, Credential shown) {
                                return name.equals("faulty") ? fail() : told(who);
                            }
                        };
                    }
                }
                @Override public List<TargetSourceFactory> targetSources() {
                    return List.of(new Sources("faulty"), new Sources("poor"));
                }
                record Sources(String name) implements TargetSourceFactory {
                    @Override public List<Setting<?>> settings() { return List.of(); }
                    @Override public TargetSource create(Settings settings, PluginContext context) {
                        return () -> name.equals("faulty") ? fail() : List.of(new TargetDefinition("poor",
                                URI.create("http://127.0.0.1:1"), true, Optional.empty(), Optional.empty(), false,
                                () -> fail(), ""));
                    }
                }
            }
            """;

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, prepared -> {
            GatehouseHome home = prepared.home();
            new TestJars()
                    .source("test.Plugin", SOURCE)
                    .entry(TestJars.SERVICE, "test.Plugin\n")
                    .write(home.folder().resolve("plugins/faulty.jar"));
            home.product("authenticators", "faulty: {plugin: faulty}")
                    .product("authorizers", "faulty: {plugin: faulty}");
            for (String name : List.of("faulty", "unnamed", "unmade", "undeclared")) {
                home.product("identities", name + ": {plugin: " + name + "}");
                home.targetAs("as-" + name, target(prepared, "as-" + name, "staff", "policy", name));
            }
            home.targetAs("login", target(prepared, "login", "faulty", "policy", "as-user"))
                    .targetAs("judge", target(prepared, "judge", "staff", "faulty", "as-user"));
            for (String name : List.of("faulty", "poor")) {
                home.product(
                        "sources",
                        name + ": {plugin: " + name + ", prefix: /" + name
                                + "/, authenticators: [staff], authorizers: [policy], identity: as-user}");
            }
        });
    }

    private static String target(Site site, String name, String authenticator, String authorizer, String identity) {
        return "{path: /" + name + "/, url: \"" + site.url() + "\", authenticators: [" + authenticator
                + "], authorizers: [" + authorizer + "], identity: " + identity + "}";
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @ParameterizedTest
    @CsvSource({
        "login,503,unavailable",
        "judge,503,unavailable",
        "as-faulty,403,deny",
        "as-unmade,503,unavailable",
        "as-unnamed,503,unavailable",
        "faulty,404,not-found",
        "poor/poor,502,allow"
    })
    void failsClosedWhateverAPluginThrows(String target, int status, String decision) throws Exception {
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        assertThat(site.exchange(
                        false,
                        Site.head("GET", "/" + target + "/x", "bob", marker, "X-My-User: admin", "Connection: close")
                                + "\r\n"))
                .startsWith("HTTP/1.1 " + status + " ")
                .doesNotContain("hunter2", "ServiceConfigurationError");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.decision()).isEqualTo(decision);
        assertThat(record.text("completion", "status")).isEqualTo(Integer.toString(status));
        assertThat(site.upstream().connections()).hasSize(before);
    }

    @Test
    void saysWhichHeaderNamesItLacks() throws Exception {
        String marker = Site.marker();
        site.exchange(false, Site.head("GET", "/as-unnamed/x", "bob", marker, "Connection: close") + "\r\n");
        assertThat(site.records().close(marker).reason())
                .isEqualTo("the target lacks the header names of identity \"unnamed\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-My-User", "x-my-user", "X_My_User", "X.My.User"})
    void dropsAClientsOwnOfAnUndeclaredName(String name) throws Exception {
        site.play(Site::answerOk);
        assertThat(site.exchange(
                        false,
                        Site.head(
                                        "GET",
                                        "/as-undeclared/x",
                                        "bob",
                                        Site.marker(),
                                        name + ": admin",
                                        "Connection: close")
                                + "\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received())
                .contains("\r\nX-My-User: bob\r\n")
                .doesNotContain("admin");
    }
}
