package io.gatehouse.plugin;

import io.gatehouse.spi.GatehousePlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Makes plugin jars out of source text. */
public final class TestJars {

    public static final String SERVICE = "META-INF/services/io.gatehouse.spi.GatehousePlugin";

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> entries = new LinkedHashMap<>();
    private final List<String> omitted = new ArrayList<>();

    /** A plugin class {@code test.Plugin} with one authenticator, whose challenge is the given expression. */
    public static TestJars plugin(String name, String challenge) {
        return new TestJars()
                .source("test.Plugin", """
                        package test;
                        import io.gatehouse.spi.*;
                        import java.util.*;
                        public class Plugin implements GatehousePlugin {
                            @Override public List<AuthenticatorFactory> authenticators() {
                                return List.of(new AuthenticatorFactory() {
                                    @Override public String name() { return "%s"; }
                                    @Override public List<Setting<?>> settings() { return List.of(); }
                                    @Override public Authenticator create(Settings settings, PluginContext context) {
                                        return new Authenticator() {
                                            @Override public AuthenticationResult authenticate(Credential c, RequestView r) {
                                                return AuthenticationResult.notMine();
                                            }
                                            @Override public Optional<String> challenge() { return Optional.of(%s); }
                                        };
                                    }
                                });
                            }
                        }
                        """.formatted(name, challenge))
                .entry(SERVICE, "test.Plugin\n");
    }

    public TestJars source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    public TestJars entry(String name, String text) {
        entries.put(name, text);
        return this;
    }

    /** Leaves a compiled class, or an entry, out of the jar. */
    public TestJars without(String name) {
        entries.remove(name);
        omitted.add(name);
        return this;
    }

    public Path write(Path jar) throws IOException {
        Path classes = Files.createTempDirectory("gatehouse-classes");
        compile(classes);
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = classes.relativize(file).toString().replace('\\', '/');
                if (!omitted.contains(name)) {
                    zip.putNextEntry(new JarEntry(name));
                    Files.copy(file, zip);
                }
            }
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                zip.putNextEntry(new JarEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private void compile(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            manager.setLocationFromPaths(
                    StandardLocation.CLASS_PATH,
                    List.of(location(GatehousePlugin.class), location(org.slf4j.Logger.class)));
            List<JavaFileObject> units = new ArrayList<>();
            sources.forEach((name, text) -> units.add(new Source(name, text)));
            if (!units.isEmpty()
                    && !compiler.getTask(null, manager, null, List.of("-proc:none", "-nowarn"), null, units)
                            .call()) {
                throw new IllegalArgumentException("the source of a test plugin does not compile");
            }
        }
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
