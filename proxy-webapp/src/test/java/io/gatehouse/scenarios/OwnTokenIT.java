package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.plugin.TestJars;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The caller's own token reaches the upstream where the administrator says so, and never beside a credential of ours. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record OwnTokenIT(ContainerKind kind) {

    private static final String TOKENS = """
            package test;
            import io.gatehouse.spi.*;
            import java.util.*;
            public class Plugin implements GatehousePlugin, AuthenticatorFactory {
                @Override public List<AuthenticatorFactory> authenticators() { return List.of(this); }
                @Override public String name() { return "tokens"; }
                @Override public List<Setting<?>> settings() { return List.of(); }
                @Override public Authenticator create(Settings settings, PluginContext context) {
                    return (credential, request) -> credential instanceof Credential.Bearer
                            ? AuthenticationResult.authenticated(Identity.of("bob", "token"))
                            : AuthenticationResult.notMine();
                }
            }
            """;

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, prepared -> {
            GatehouseHome home = prepared.home();
            new TestJars()
                    .source("test.Plugin", TOKENS)
                    .entry(TestJars.SERVICE, "test.Plugin\n")
                    .write(home.folder().resolve("plugins/tokens.jar"));
            home.file("token", "gatehouses-own\n");
            home.product("authenticators", "tokens: {plugin: tokens}")
                    .product("identities", "theirs: {plugin: own-token}");
            home.targetAs("passed", target(prepared, "passed", ""))
                    .targetAs("both", target(prepared, "both", ", token-file: token"));
        });
    }

    private static String target(Site site, String name, String more) {
        return "{path: /" + name + "/, url: \"" + site.url()
                + "\", authenticators: [tokens, staff], authorizers: [policy], identity: theirs" + more + "}";
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static String get(String target, String... more) throws Exception {
        StringBuilder head = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n");
        for (String line : more) {
            head.append(line).append("\r\n");
        }
        return site.exchange(false, head + "\r\n");
    }

    @Test
    void passesTheTokenThatWasJudged() throws Exception {
        assertThat(get("/passed/x", "Authorization: bearer abc.def")).startsWith("HTTP/1.1 200 ");
        String seen = site.lastConnection().received();
        assertThat(Pattern.compile("(?mi)^authorization: .*$").matcher(seen).results())
                .singleElement()
                .satisfies(found -> assertThat(found.group().strip()).isEqualTo("Authorization: Bearer abc.def"));
    }

    @Test
    void refusesCallersWithoutOne() throws Exception {
        assertThat(get("/passed/x", "Authorization: " + GatehouseHome.basic("bob")))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void sendsNothingBesideACredentialOfOurs() throws Exception {
        int before = site.upstream().connections().size();
        assertThat(get("/both/x", "Authorization: Bearer abc")).startsWith("HTTP/1.1 503 ");
        assertThat(site.upstream().connections()).hasSize(before);
    }
}
