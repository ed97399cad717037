package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.plugin.TestJars;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody's access ends while a request of theirs is still being judged. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record EndingWhileJudgedIT(ContainerKind kind) {

    /** An authorizer that allows everything, as soon as the test lets it. */
    private static final String SOURCE = """
            package test;
            import io.gatehouse.spi.*;
            import java.net.*;
            import java.util.*;
            public class Plugin implements GatehousePlugin {
                static final Setting<Integer> PORT = Setting.integer("port", "Who is asked");
                @Override public List<AuthorizerFactory> authorizers() {
                    return List.of(new AuthorizerFactory() {
                        @Override public String name() { return "gated"; }
                        @Override public List<Setting<?>> settings() { return List.of(PORT); }
                        @Override public Authorizer create(Settings settings, PluginContext context) {
                            int port = settings.get(PORT);
                            return request -> {
                                try (Socket gate = new Socket(InetAddress.getLoopbackAddress(), port)) {
                                    gate.getInputStream().read();
                                    return Decision.allow("the gate is open");
                                } catch (java.io.IOException e) {
                                    return Decision.unavailable(e.toString());
                                }
                            };
                        }
                    });
                }
            }
            """;

    private static Site site;
    private static ServerSocket gate;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        gate = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        gate.setSoTimeout(20_000);
        site = Site.start(kind, made -> {
            new TestJars()
                    .source("test.Plugin", SOURCE)
                    .entry(TestJars.SERVICE, "test.Plugin\n")
                    .write(made.home().folder().resolve("plugins/gated.jar"));
            made.home()
                    .with("portal: {url: \"https://gate.test\", logins: [owners], administrators: [admins]}")
                    .product("authenticators", "owners: {plugin: htpasswd, file: owners, groups: [admins]}")
                    .product("authorizers", "gated: {plugin: gated, port: " + gate.getLocalPort() + "}")
                    .targetAs(
                            "slow",
                            "{path: /slow/, url: \"" + made.url() + "\", authenticators: [staff], "
                                    + "authorizers: [gated], identity: as-user}");
            Files.copy(
                    made.home().folder().resolve("htpasswd"),
                    made.home().folder().resolve("owners"));
        });
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        gate.close();
    }

    @Test
    void aStreamThatBeginsAfterwardsEndsToo() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            connection.readToEnd();
        });
        Browser administrator = new Browser(site.container());
        administrator.logIn("gate.test", "owners", "bob", GatehouseHome.PASSWORD);
        String marker = Site.marker();
        try (RawClient known = site.container().client(false);
                RawClient judged = site.container().client(false)) {
            known.send(Site.head("GET", "/up/public/endless", "alice", Site.marker()) + "\r\n");
            assertThat(known.readHead()).startsWith("HTTP/1.1 200 ");
            judged.send(Site.head("GET", "/slow/endless", "alice", marker, "Connection: close") + "\r\n");
            try (Socket asked = gate.accept()) {
                administrator.submit("gate.test", "/gatehouse/people/shut-out", Map.of("user", "alice"));
                known.readToEnd(); // all streams have been judged again now
                asked.getOutputStream().write(1);
            }
            judged.readToEnd();
        }
        assertThat(site.records().close(marker).end()).contains("shut out by bob");
    }
}
