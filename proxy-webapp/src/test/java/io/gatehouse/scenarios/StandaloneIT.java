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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The WAR by itself, in a process of its own. */
class StandaloneIT {

    private static final Pattern ADDRESS = Pattern.compile("at http://localhost:([0-9]+)");

    private ScriptedUpstream upstream;
    private Http2Upstream http2;
    private Path classes;
    private Process process;
    private int port;

    @BeforeEach
    void start() throws Exception {
        upstream = ScriptedUpstream.plain(Site::answerOk);
        http2 = Http2Upstream.start();
        Path home = GatehouseHome.create()
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
}
