package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.plugin.TestJars;
import io.gatehouse.plugin.TestPlugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Jars that are no plugin: the targets that want one of them answer 503, and nobody else suffers. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record BrokenPluginIT(ContainerKind kind) {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private static final CapturedLog LOG = new CapturedLog();
    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        LOG.begin();
        site = Site.start(kind, made -> {
            Path plugins = Files.createDirectories(made.home().folder().resolve("plugins"));
            Files.writeString(plugins.resolve("torn.jar"), "this is no zip");
            plugin("{ if (true) throw new IllegalStateException(\"no licence\"); }", "")
                    .write(plugins.resolve("thrower.jar"));
            plugin("static { if (true) throw new AssertionError(\"never\"); }", "")
                    .write(plugins.resolve("asserter.jar"));
            plugin("private final Helper helper = new Helper();", "class Helper {}")
                    .without("test/Helper.class")
                    .write(plugins.resolve("orphan.jar"));
            TestJars.plugin("htpasswd", "\"taken\"").write(plugins.resolve("thief.jar"));
            Files.writeString(plugins.resolve("later.jar"), "PK");
            for (String name : new String[] {"torn", "thrower", "asserter", "orphan"}) {
                made.home()
                        .product("authenticators", name + ": {plugin: " + name + "}")
                        .targetAs(name, target(made, name, name));
            }
            made.home()
                    .product("authenticators", "later: {plugin: static-token, token: " + TOKEN + ", user: bob}")
                    .targetAs("later", target(made, "later", "later"))
                    .targetAs("mixed", target(made, "mixed", "staff, thrower"));
        });
    }

    private static TestJars plugin(String member, String more) {
        return new TestJars()
                .source(
                        "test.Plugin",
                        "package test; public class Plugin implements io.gatehouse.spi.GatehousePlugin { " + member
                                + " } " + more)
                .entry(TestJars.SERVICE, "test.Plugin\n");
    }

    private static String target(Site made, String name, String authenticators) {
        return "{path: /" + name + "/, url: \"" + made.url() + "\", kubernetes: true, authenticators: ["
                + authenticators + "], authorizers: [policy], identity: as-user}";
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        LOG.end();
    }

    /** One that would do without the broken one, too: who is let in there has not been decided. */
    @ParameterizedTest
    @CsvSource({"torn", "thrower", "asserter", "orphan", "mixed"})
    void closesItsTargetsAlone(String name) throws Exception {
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        String answer =
                site.exchange(false, Site.head("GET", "/" + name + "/x", "bob", marker, "Connection: close") + "\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 503 ")
                .contains("\"kind\":\"Status\"", "target " + name + " is not usable")
                .doesNotContain("licence", "never", "IllegalState", ".jar");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.decision()).isEqualTo("unavailable");
        assertThat(record.reason())
                .contains("the target lacks authenticator \"" + (name.equals("mixed") ? "thrower" : name) + "\"");
        assertThat(site.upstream().connections()).hasSize(before);
        assertThat(site.get("/up/x", "bob")).startsWith("HTTP/1.1 200 ");
        assertThat(site.get("/kube/api/v1/namespaces/d/pods", "alice")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "torn|not a jar that can be read: zip END header not found",
                "thrower|the plugin can not be loaded: java.lang.IllegalStateException: no licence",
                "asserter|the plugin can not be loaded: java.lang.AssertionError: never",
                "orphan|the plugin can not be loaded: a class is missing: test.Helper",
                "thief|the name \"htpasswd\" of its authenticator is taken by built-in htpasswd"
            })
    void saysWhichJarAndWhy(String name, String cause) {
        assertThat(LOG.text().lines()).anyMatch(line -> line.endsWith("/" + name + ".jar: " + cause));
    }

    @Test
    void opensATargetWhenItsJarIsMendedAndKeepsItWhenItBreaksAgain() throws Exception {
        assertThat(ask()).startsWith("HTTP/1.1 503 ");
        drop(Files.readAllBytes(TestPlugins.example()));
        site.awaitReload();
        assertThat(ask()).startsWith("HTTP/1.1 200 ");
        drop("PK".getBytes());
        while (LOG.count("/later.jar: not a jar that can be read") < 2) {
            assertThat(ask()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(ask()).startsWith("HTTP/1.1 200 ");
        assertThat(site.get("/up/x", "bob")).startsWith("HTTP/1.1 200 ");
    }

    private static void drop(byte[] jar) throws IOException {
        Path plugins = site.home().folder().resolve("plugins");
        Path draft = Files.write(plugins.resolve("later.draft"), jar);
        Files.move(draft, plugins.resolve("later.jar"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String ask() throws IOException {
        return site.exchange(
                false,
                "GET /later/x HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer " + TOKEN
                        + "\r\nConnection: close\r\n\r\n");
    }
}
