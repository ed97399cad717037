package io.gatehouse.containers;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Exploded WARs: the product's own, and small ones put together for a test. */
public final class TestWar {
    private TestWar() {}

    /** What the war plugin has made of this module. */
    public static Path product() {
        return Path.of(System.getProperty("gatehouse.war"));
    }

    /**
     * One servlet on {@code /*}.
     *
     * @param packageFolders classes of the product under them are taken along, as {@code io/gatehouse/tunnel}, and those of
     *     the tests beside the servlet
     * @param libraries a class of each jar that the servlet needs
     */
    public static Path of(Class<?> servlet, List<String> packageFolders, Class<?>... libraries) throws IOException {
        Path war = Files.createTempDirectory("gatehouse-war");
        Path classes = Files.createDirectories(war.resolve("WEB-INF/classes"));
        Path servletClass = Path.of(servlet.getName().replace('.', '/'));
        copy(classFile(servletClass.toString()).getParent(), classes.resolve(servletClass.getParent()));
        Path module = Path.of(System.getProperty("gatehouse.war")).resolveSibling("classes");
        for (String packageFolder : packageFolders) {
            copy(module.resolve(packageFolder), classes.resolve(packageFolder));
        }
        Path lib = Files.createDirectories(war.resolve("WEB-INF/lib"));
        for (Class<?> library : libraries) {
            Path jar = location(library);
            Files.copy(jar, lib.resolve(jar.getFileName()));
        }
        Files.writeString(classes.resolve("logback.xml"), """
                <configuration>
                    <appender name="STDERR" class="ch.qos.logback.core.ConsoleAppender">
                        <target>System.err</target>
                        <encoder><pattern>%d %level %logger - %msg%n</pattern></encoder>
                    </appender>
                    <root level="WARN"><appender-ref ref="STDERR"/></root>
                </configuration>
                """);
        Files.writeString(war.resolve("WEB-INF/web.xml"), """
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
                    <servlet>
                        <servlet-name>test</servlet-name>
                        <servlet-class>%s</servlet-class>
                        <load-on-startup>1</load-on-startup>
                        <async-supported>true</async-supported>
                    </servlet>
                    <servlet-mapping>
                        <servlet-name>test</servlet-name>
                        <url-pattern>/*</url-pattern>
                    </servlet-mapping>
                </web-app>
                """.formatted(servlet.getName()));
        return war;
    }

    static Path classFile(String name) throws IOException {
        return location(TestWar.class).resolve(name + ".class");
    }

    private static Path location(Class<?> type) throws IOException {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
