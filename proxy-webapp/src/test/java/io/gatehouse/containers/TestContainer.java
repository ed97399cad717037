package io.gatehouse.containers;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * A real container with one exploded WAR at {@code /}: HTTP/1.1 in clear, and HTTP/1.1 and HTTP/2 over TLS, with the
 * settings of {@code conf/tomcat} and {@code conf/jetty}. Its classes come from {@code target/containers/<kind>} through
 * a class loader of their own, whose parent is the platform's: nothing of the test class path is seen by it.
 */
public final class TestContainer implements AutoCloseable {
    private final AutoCloseable driver;
    private final URLClassLoader loader;
    private final TestCertificates certificates;
    private final Map<String, Integer> ports;

    private TestContainer(
            AutoCloseable driver, URLClassLoader loader, TestCertificates certificates, Map<String, Integer> ports) {
        this.driver = driver;
        this.loader = loader;
        this.certificates = certificates;
        this.ports = ports;
    }

    /** Returns when the application is up; throws when it did not start. */
    public static TestContainer start(ContainerKind kind, Path warFolder, Map<String, String> contextParameters)
            throws Exception {
        return start(kind, warFolder, contextParameters, Optional.empty());
    }

    /** @param idle after which its connectors close what is silent, unless it is a stream; else as {@code conf} says */
    public static TestContainer start(
            ContainerKind kind, Path warFolder, Map<String, String> contextParameters, Optional<Duration> idle)
            throws Exception {
        TestCertificates certificates = TestCertificates.create();
        URLClassLoader loader = loader(kind);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Object driver = loader.loadClass(kind.driver)
                    .getConstructor(Map.class, Map.class)
                    .newInstance(settings(warFolder, certificates, idle), contextParameters);
            @SuppressWarnings("unchecked")
            Callable<Map<String, Integer>> starter = (Callable<Map<String, Integer>>) driver;
            return new TestContainer((AutoCloseable) driver, loader, certificates, starter.call());
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(kind + " did not start", e.getCause());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Map<String, String> settings(Path warFolder, TestCertificates certificates, Optional<Duration> idle)
            throws IOException {
        Map<String, String> settings = new HashMap<>();
        settings.put("war", warFolder.toAbsolutePath().toString());
        settings.put(
                "conf",
                Path.of(System.getProperty("gatehouse.conf")).toRealPath().toString());
        settings.put("work", Files.createTempDirectory("gatehouse-container").toString());
        settings.put("keyStore", certificates.serverStore().toString());
        settings.put("trustStore", certificates.trustStore().toString());
        settings.put("password", TestCertificates.PASSWORD);
        idle.ifPresent(time -> settings.put("idle", Long.toString(time.toMillis())));
        return settings;
    }

    private static URLClassLoader loader(ContainerKind kind) throws IOException {
        List<URL> urls = new ArrayList<>();
        urls.add(driverClasses().toUri().toURL());
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("gatehouse.containers"), kind.folder))) {
            for (Path jar : jars.sorted().toList()) {
                urls.add(jar.toUri().toURL());
            }
        }
        return new URLClassLoader(kind.name(), urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    /** The drivers alone, in a folder of their own. */
    private static Path driverClasses() throws IOException {
        Path folder = Files.createTempDirectory("gatehouse-driver");
        Path target = Files.createDirectories(folder.resolve("io/gatehouse/containers"));
        for (String name : List.of("TomcatDriver", "JettyDriver", "JettyEarlyEnd")) {
            Files.copy(TestWar.classFile("io/gatehouse/containers/" + name), target.resolve(name + ".class"));
        }
        return folder;
    }

    /** The port of HTTP/1.1 in clear. */
    public int port() {
        return ports.get("clear");
    }

    /** The port of HTTP/1.1 and HTTP/2 over TLS. */
    public int tlsPort() {
        return ports.get("tls");
    }

    public int port(boolean tls) {
        return tls ? tlsPort() : port();
    }

    /** The certificate authority of {@link #tlsPort()}, and of client certificates. */
    public TestCertificates certificates() {
        return certificates;
    }

    /** A connection whose client writes its own frames. */
    public RawClient http2() throws IOException {
        return RawClient.http2(tlsPort(), certificates.clientContext());
    }

    public RawClient client(boolean tls) throws IOException {
        return tls ? RawClient.tls(tlsPort(), certificates.clientContext()) : RawClient.plain(port());
    }

    /**
     * How many connections and streams a Tomcat keeps until an application has answered, or the client speaks again.
     *
     * @throws ClassCastException for a Jetty
     */
    public int waiting() {
        return ((IntSupplier) driver).getAsInt();
    }

    /** Undeploys, which the application sees, and stops. */
    @Override
    public void close() throws Exception {
        try (loader) {
            driver.close();
        }
    }
}
