package io.gatehouse.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.Authenticator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginRepositoryTest {

    @TempDir
    Path folder;

    private Path plugins;
    private PluginRepository repository;

    @BeforeEach
    void open() throws IOException {
        plugins = Files.createDirectories(folder.resolve("plugins"));
        Path builtIn = folder.resolve("built-in");
        TestJars.plugin("ours", "\"built in\"").write(builtIn.resolve("ours/ours.jar"));
        List<PluginFolder> folders = PluginFolder.in(builtIn).stream()
                .map(found -> new PluginFolder(found.name(), "built-in " + found.name(), found.jars()))
                .toList();
        repository = new PluginRepository(
                plugins,
                folders,
                Map.of("ours", "ours"),
                folder.resolve("cache"),
                getClass().getClassLoader());
    }

    @AfterEach
    void close() {
        repository.close();
    }

    @Test
    void loadsJarsAndFolders() throws IOException {
        TestJars.plugin("one", "\"1\"").write(plugins.resolve("one.jar"));
        TestJars.plugin("two", "test.Helper.TEXT")
                .source("test.Helper", "package test; public class Helper { public static final String TEXT = \"2\"; }")
                .write(plugins.resolve("two/two.jar"));
        Files.writeString(plugins.resolve("README.txt"), "no plugin");
        Files.createDirectories(plugins.resolve("empty"));
        PluginCatalog catalog = repository.catalog(Set.of());
        assertThat(catalog.failures()).isEmpty();
        assertThat(challenge(catalog, "one")).isEqualTo("1");
        assertThat(challenge(catalog, "two")).isEqualTo("2");
    }

    @Test
    void loadsABuiltInOneOnlyWhereItIsUsed() {
        assertThat(repository
                        .catalog(Set.of("ours"))
                        .factory(FactoryKind.AUTHENTICATOR, "ours")
                        .origin())
                .isEqualTo("built-in ours");
        PluginCatalog without = repository.catalog(Set.of("other"));
        assertThatExceptionOfType(PluginLoadException.class)
                .isThrownBy(() -> without.factory(FactoryKind.AUTHENTICATOR, "ours"));
    }

    @Test
    void saysWhichNameIsNear() throws IOException {
        TestJars.plugin("corporate", "\"\"").write(plugins.resolve("a.jar"));
        Files.writeString(plugins.resolve("b.jar"), "this is no zip");
        PluginCatalog catalog = repository.catalog(Set.of());
        assertThatExceptionOfType(PluginLoadException.class)
                .isThrownBy(() -> catalog.factory(FactoryKind.AUTHENTICATOR, "coporate"))
                .withMessage("no authenticator plugin \"coporate\". Did you mean \"corporate\"?");
        assertThat(catalog.failures())
                .containsExactly(plugins.resolve("b.jar") + ": not a jar that can be read: zip END header not found");
    }

    /** Attack L5: each names the jar and the cause, and the plugin beside it does not care. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zip         | not a jar that can be read: zip END header not found",
                "empty       | not a jar that can be read: zip file is empty",
                "no-service  | no plugin in it: expected META-INF/services/io.gatehouse.spi.GatehousePlugin to name one",
                "no-class    | the plugin can not be loaded: io.gatehouse.spi.GatehousePlugin: Provider test.Nobody not found",
                "no-plugin   | the plugin can not be loaded: io.gatehouse.spi.GatehousePlugin: test.Plain not a subtype",
                "no-helper   | the plugin can not be loaded: a class is missing: test.Helper",
                "constructor | the plugin can not be loaded: java.lang.IllegalStateException: no licence",
                "assertion   | the plugin can not be loaded: java.lang.AssertionError: never",
                "overflow    | the plugin can not be loaded: java.lang.StackOverflowError: null",
                "null-list   | the plugin can not be loaded: java.lang.NullPointerException: ",
                "null-name   | the name \"null\" of its authenticator is not one of lower-case letters, digits, dots and dashes",
                "bad-name    | the name \"../x\" of its authenticator is not one of lower-case letters, digits, dots and dashes",
                "twice       | the name \"twin\" of its authenticator is taken by HOME/plugins/broken.jar",
                "taken       | the name \"good\" of its authenticator is taken by HOME/plugins/a-good.jar",
                "built-in    | the name \"ours\" of its authenticator is taken by a built-in plugin",
                "nothing     | no plugin in it: expected META-INF/services/io.gatehouse.spi.GatehousePlugin to name one"
            })
    void saysWhatIsWrongWithAJar(String fault, String cause) throws IOException {
        TestJars.plugin("good", "\"good\"").write(plugins.resolve("a-good.jar"));
        Path broken = plugins.resolve("broken.jar");
        write(fault, broken);
        TestJars.plugin("last", "\"last\"").write(plugins.resolve("z-last.jar"));
        PluginCatalog catalog = repository.catalog(Set.of());
        assertThat(catalog.failures())
                .singleElement()
                .asString()
                .startsWith(broken + ": " + cause.replace("HOME", folder.toString()))
                .doesNotContain("\n");
        assertThat(challenge(catalog, "good")).isEqualTo("good");
        assertThat(challenge(catalog, "last")).isEqualTo("last");
    }

    private static void write(String fault, Path jar) throws IOException {
        TestJars plugin = TestJars.plugin("other", "test.Helper.text()")
                .source("test.Helper", "package test; public class Helper { static String text() { return \"\"; } }");
        switch (fault) {
            case "zip" -> Files.writeString(jar, "this is no zip");
            case "empty" -> Files.writeString(jar, "");
            case "no-service" -> plugin.without(TestJars.SERVICE).write(jar);
            case "no-class" -> plugin.entry(TestJars.SERVICE, "test.Nobody").write(jar);
            case "no-plugin" ->
                plugin.source("test.Plain", "package test; public class Plain {}")
                        .entry(TestJars.SERVICE, "test.Plain")
                        .write(jar);
            case "no-helper" ->
                plugin("super.authenticators()", "private Helper helper = new Helper();")
                        .source("test.Helper", "package test; public class Helper {}")
                        .without("test/Helper.class")
                        .write(jar);
            case "constructor" ->
                plugin("super.authenticators()", "{ if (true) throw new IllegalStateException(\"no licence\"); }")
                        .write(jar);
            case "assertion" ->
                plugin("fail()", "List<AuthenticatorFactory> fail() { throw new AssertionError(\"never\"); }")
                        .write(jar);
            case "overflow" -> plugin("authenticators()", "").write(jar);
            case "null-list" -> plugin("null", "").write(jar);
            case "null-name" -> named("null").write(jar);
            case "bad-name" -> named("\"../x\"").write(jar);
            case "twice" -> named("\"twin\", \"twin\"").write(jar);
            case "taken" -> named("\"good\"").write(jar);
            case "built-in" -> named("\"ours\"").write(jar);
            default -> plugin("List.of()", "").write(jar);
        }
    }

    /** A plugin whose authenticators are an expression, with more members. */
    private static TestJars plugin(String authenticators, String members) {
        return new TestJars()
                .source("test.Plugin", """
                        package test;
                        import io.gatehouse.spi.*;
                        import java.util.*;
                        public class Plugin implements GatehousePlugin {
                            %s
                            @Override public List<AuthenticatorFactory> authenticators() {
                                return %s;
                            }
                        }
                        """.formatted(
                                members,
                                authenticators.equals("super.authenticators()")
                                        ? "GatehousePlugin.super.authenticators()"
                                        : authenticators))
                .entry(TestJars.SERVICE, "test.Plugin");
    }

    /** A plugin with an authenticator of each of these names. */
    private static TestJars named(String names) {
        return plugin("factories(" + names + ")", """
                record Named(String name) implements AuthenticatorFactory {
                    @Override public List<Setting<?>> settings() { return List.of(); }
                    @Override public Authenticator create(Settings s, PluginContext c) { return null; }
                }
                static List<AuthenticatorFactory> factories(String... names) {
                    List<AuthenticatorFactory> made = new ArrayList<>();
                    for (String name : names == null ? new String[] {null} : names) {
                        made.add(new Named(name));
                    }
                    return made;
                }
                """);
    }

    @Test
    void keepsTheLibrariesOfTwoPluginsApart() throws IOException {
        for (String version : List.of("1", "2")) {
            TestJars.plugin("v" + version, "library.Library.version()")
                    .source(
                            "library.Library",
                            "package library; public class Library { public static String version() { return \""
                                    + version + "\"; } }")
                    .write(plugins.resolve("v" + version + ".jar"));
        }
        PluginCatalog catalog = repository.catalog(Set.of());
        assertThat(challenge(catalog, "v1")).isEqualTo("1");
        assertThat(challenge(catalog, "v2")).isEqualTo("2");
    }

    @Test
    void givesTheHostsSpiAndSlf4jToAPluginThatBringsItsOwn() throws IOException {
        TestJars.plugin(
                        "greedy",
                        "org.slf4j.LoggerFactory.class.getClassLoader() == Plugin.class.getClassLoader() ? \"own\" : \"host\"")
                .entry("io/gatehouse/spi/GatehousePlugin.class", "rubbish")
                .entry("io/gatehouse/spi/Authenticator.class", "rubbish")
                .entry("org/slf4j/LoggerFactory.class", "rubbish")
                .entry("META-INF/services/org.slf4j.spi.SLF4JServiceProvider", "test.Nobody")
                .write(plugins.resolve("greedy.jar"));
        PluginCatalog catalog = repository.catalog(Set.of());
        assertThat(catalog.failures()).isEmpty();
        assertThat(challenge(catalog, "greedy")).isEqualTo("host");
    }

    @Test
    void hidesTheHostsOwnClassesAndLibraries() throws IOException {
        String look = """
                look("io.gatehouse.plugin.PluginCall") + look("org.snakeyaml.engine.v2.api.Load") + look("java.sql.Driver")""";
        TestJars.plugin(
                        "nosy",
                        look + "); } static String look(String name) { try { Class.forName(name); return \"y\"; }"
                                + " catch (ClassNotFoundException e) { return \"n\"; } } { Objects.requireNonNull(\"\"")
                .write(plugins.resolve("nosy.jar"));
        assertThat(challenge(repository.catalog(Set.of()), "nosy")).isEqualTo("nny");
    }

    @Test
    void passesOverWhatAConfigMapHides() throws IOException {
        Path real = TestJars.plugin("mapped", "\"m\"").write(plugins.resolve("..2026_01/mapped.jar"));
        Files.createSymbolicLink(plugins.resolve("..data"), real.getParent().getFileName());
        Files.createSymbolicLink(plugins.resolve("mapped.jar"), Path.of("..data/mapped.jar"));
        PluginCatalog catalog = repository.catalog(Set.of());
        assertThat(catalog.failures()).isEmpty();
        assertThat(challenge(catalog, "mapped")).isEqualTo("m");
    }

    @Test
    void loadsAgainOnlyWhatHasChanged() throws IOException {
        Path jar = TestJars.plugin("a", "\"old\"").write(plugins.resolve("a.jar"));
        TestJars.plugin("b", "\"b\"").write(plugins.resolve("b.jar"));
        PluginCatalog before = repository.catalog(Set.of());
        TestJars.plugin("a", "test.Late.text()")
                .source("test.Late", "package test; class Late { static String text() { return \"new\"; } }")
                .write(jar);
        PluginCatalog after = repository.catalog(Set.of());
        assertThat(factory(after, "b").factory()).isSameAs(factory(before, "b").factory());
        assertThat(factory(after, "a").factory())
                .isNotSameAs(factory(before, "a").factory());
        assertThat(challenge(before, "a")).as("still open, from its copy").isEqualTo("old");
        repository.retainOnly(List.of(after));
        assertThat(challenge(after, "a")).isEqualTo("new");
        assertThat(challenge(after, "b")).isEqualTo("b");
    }

    private static LoadedFactory factory(PluginCatalog catalog, String name) {
        return catalog.factory(FactoryKind.AUTHENTICATOR, name);
    }

    private static String challenge(PluginCatalog catalog, String name) {
        Authenticator authenticator =
                (Authenticator) factory(catalog, name).factory().create(null, null);
        return authenticator.challenge().orElseThrow();
    }
}
