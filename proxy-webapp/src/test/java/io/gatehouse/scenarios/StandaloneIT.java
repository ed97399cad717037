package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import io.gatehouse.containers.TestWar;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WAR by itself, in a process of its own. */
class StandaloneIT {

    private static final Pattern ADDRESS = Pattern.compile("at http://localhost:([0-9]+)");

    private ScriptedUpstream upstream;
    private Http2Upstream http2;
    private volatile ScriptedUpstream.Script script = Site::answerOk;
    private Path home;
    private Path classes;
    private Process process;
    private int port;

    @BeforeEach
    void start() throws Exception {
        upstream = ScriptedUpstream.plain(connection -> script.play(connection));
        http2 = Http2Upstream.start();
        home = GatehouseHome.create()
                .with("listen: {tls: false}")
                .target("one", "http://127.0.0.1:" + upstream.port())
                .target("two", http2.url(), "protocol: h2c")
                .write()
                .folder();
        classes = home.resolve("classes.log");
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xlog:class+load:file=" + classes,
                        "-cp",
                        TestWar.product().toString(),
                        "io.gatehouse.launcher.Launcher",
                        "run",
                        "--home",
                        home.toString(),
                        "--port",
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        port = port(process.inputReader());
    }

    private static int port(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            if (address.find()) {
                return Integer.parseInt(address.group(1));
            }
        }
        throw new AssertionError("It did not start");
    }

    @AfterEach
    void stop() throws Exception {
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        upstream.close();
        http2.close();
    }

    private String get(String target) throws IOException {
        try (RawClient client = RawClient.plain(port)) {
            return client.send(Site.head("GET", target, "bob", Site.marker(), "Connection: close") + "\r\n")
                    .readToEnd();
        }
    }

    private List<String> loaded(String prefix) throws IOException {
        try (var lines = Files.lines(classes)) {
            return lines.filter(line -> line.contains(" " + prefix)).toList();
        }
    }

    /** Nobody pays for the HTTP/2 client who has no use for it. */
    @Test
    void loadsTheClientOfHttp2OnlyWhenATargetSpeaksIt() throws Exception {
        assertThat(get("/one/")).startsWith("HTTP/1.1 200 ");
        assertThat(loaded("io.gatehouse.proxy.UpstreamClient ")).hasSize(1);
        assertThat(loaded("io.gatehouse.proxy.Http2")).isEmpty();
        assertThat(loaded("org.eclipse.jetty.http2.client.")).isEmpty();
        assertThat(get("/two/")).startsWith("HTTP/1.1 200 ");
        assertThat(loaded("org.eclipse.jetty.http2.client.")).isNotEmpty();
    }

    /** They would be cut like a stream if they were taken for one. */
    @ParameterizedTest
    @ValueSource(strings = {"/one/", "/two/"})
    void finishesOrdinaryRequestsAndClosesStreamsOnSigterm(String target) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch stopping = new CountDownLatch(1);
        script = connection -> {
            if (connection.readHead().contains("text/event-stream")) {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.readToEnd();
            } else {
                asked.countDown();
                stopping.await(20, TimeUnit.SECONDS);
                connection.send(Site.OK);
            }
        };
        http2.play(call -> {
            asked.countDown();
            stopping.await(20, TimeUnit.SECONDS);
            Http2Upstream.answerOk(call);
        });
        String ordinary = Site.marker();
        String lasting = Site.marker();
        try (RawClient client = RawClient.plain(port);
                RawClient stream = RawClient.plain(port)) {
            client.send(Site.head("GET", target, "bob", ordinary) + "\r\n");
            stream.send(Site.head("GET", "/one/", "bob", lasting, "Accept: text/event-stream") + "\r\n");
            assertThat(stream.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            process.destroy();
            assertThat(stream.readToEnd()).doesNotContain("0\r\n\r\n");
            stopping.countDown();
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(client.readText(2)).isEqualTo("ok");
        } finally {
            stopping.countDown();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        AuditRecords records = new AuditRecords(home);
        assertThat(records.close(ordinary).end()).isEqualTo("complete");
        assertThat(records.close(lasting).end()).isEqualTo("Gatehouse is stopping");
    }
}
