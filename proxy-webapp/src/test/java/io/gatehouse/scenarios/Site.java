package io.gatehouse.scenarios;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import io.gatehouse.containers.TestCertificates;
import io.gatehouse.containers.TestContainer;
import io.gatehouse.containers.TestWar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The whole product in a container, with one upstream that plays whatever the test of the moment wants. */
final class Site implements AutoCloseable {

    /** An answer that ends its connection, so that the next test begins on a new one. */
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private static final AtomicLong MARKERS = new AtomicLong();

    private final GatehouseHome home;
    private final AuditRecords records;
    private final ScriptedUpstream upstream;
    private final ScriptedUpstream secureUpstream;
    private volatile ScriptedUpstream.Script script;
    private TestContainer container;

    private Site() throws Exception {
        home = GatehouseHome.create();
        records = new AuditRecords(home.folder());
        upstream = ScriptedUpstream.plain(connection -> script.play(connection));
        TestCertificates certificates = TestCertificates.create();
        home.certificate("ca.crt", certificates.authority());
        secureUpstream = ScriptedUpstream.tls(certificates.serverContext(), connection -> script.play(connection));
    }

    /** What a test class wants to have in the home before the start. */
    interface Preparation {
        void prepare(Site site) throws Exception;
    }

    /**
     * Starts with the targets {@code up}, a web server, and {@code kube}, both the one upstream, and {@code secure},
     * which is the same over TLS.
     */
    static Site start(ContainerKind kind) throws Exception {
        return start(kind, site -> {});
    }

    static Site start(ContainerKind kind, Preparation preparation) throws Exception {
        return start(kind, preparation, Optional.empty());
    }

    /** In a container that soon closes what is silent, unless it is a stream. */
    static Site startImpatient(ContainerKind kind, Duration idle) throws Exception {
        return start(kind, site -> {}, Optional.of(idle));
    }

    private static Site start(ContainerKind kind, Preparation preparation, Optional<Duration> idle) throws Exception {
        Site site = new Site();
        site.play(Site::answerOk);
        site.home
                .target("up", site.url())
                .target("kube", site.url(), "kubernetes: true")
                .target("secure", "https://localhost:" + site.secureUpstream.port(), "kubernetes: true, ca: ca.crt");
        preparation.prepare(site);
        site.home.write();
        site.container = TestContainer.start(
                kind,
                TestWar.product(),
                Map.of("gatehouse.home", site.home.folder().toString()),
                idle);
        return site;
    }

    static void answerOk(ScriptedUpstream.Connection connection) throws Exception {
        connection.readHead();
        connection.send(OK);
    }

    /** Answers the coming connections. */
    void play(ScriptedUpstream.Script newScript) {
        script = newScript;
    }

    String url() {
        return "http://127.0.0.1:" + upstream.port();
    }

    GatehouseHome home() {
        return home;
    }

    AuditRecords records() {
        return records;
    }

    /** The latest connection to {@code up} or {@code kube}, with all that its script has read. */
    ScriptedUpstream.Connection lastConnection() throws InterruptedException {
        List<ScriptedUpstream.Connection> connections = upstream.connections();
        return connections.get(connections.size() - 1).awaitDone();
    }

    ScriptedUpstream upstream() {
        return upstream;
    }

    /** What {@code secure} is served by. */
    ScriptedUpstream secureUpstream() {
        return secureUpstream;
    }

    TestContainer container() {
        return container;
    }

    TestCertificates certificates() {
        return container.certificates();
    }

    /** A user agent that no other request has. */
    static String marker() {
        return "scenario-" + MARKERS.incrementAndGet();
    }

    /** The usual head of a request, without the blank line. */
    static String head(String method, String target, String user, String marker, String... more) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: gate\r\nUser-Agent: "
                + marker + "\r\nAuthorization: " + GatehouseHome.basic(user) + "\r\n");
        for (String line : more) {
            head.append(line).append("\r\n");
        }
        return head.toString();
    }

    /** Sends bytes on a connection of their own and reads until the server closes. */
    String exchange(boolean tls, String request) throws IOException {
        try (RawClient client = container.client(tls)) {
            return client.send(request).readToEnd();
        }
    }

    /** A GET of one's own connection; the whole answer. */
    String get(String target, String user) throws IOException {
        return exchange(false, head("GET", target, user, marker(), "Connection: close") + "\r\n");
    }

    /** Returns when all that was written into the home is in force. */
    void awaitReload() throws IOException {
        String name = marker();
        home.target(name, url()).write();
        awaitStatus("/" + name + "/", "bob", 200);
        home.without(name);
    }

    /** Asks again and again until the answer has a status. */
    void awaitStatus(String target, String user, int status) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String answer = get(target, user);
        while (!answer.startsWith("HTTP/1.1 " + status + " ")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not " + status + " but " + answer);
            }
            answer = get(target, user);
        }
    }

    HttpClient http2() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(certificates().clientContext())
                .connectTimeout(Duration.ofSeconds(20))
                .build();
    }

    /** The beginning of bob's request, to be sent by {@link #http2}. */
    HttpRequest.Builder requestOverHttp2(String target) {
        return HttpRequest.newBuilder(URI.create(https(target))).header("Authorization", GatehouseHome.basic("bob"));
    }

    /** The values of a field in the head of an answer of HTTP/1.1. */
    static List<String> fields(String answer, String name) {
        return answer.split("\r\n\r\n", 2)[0]
                .lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    /** The values of a field in the answer to bob over HTTP/2. */
    List<String> fieldsOverHttp2(String target, String name) throws IOException, InterruptedException {
        return http2().send(requestOverHttp2(target).build(), HttpResponse.BodyHandlers.discarding())
                .headers()
                .allValues(name);
    }

    String https(String target) {
        return "https://localhost:" + container.tlsPort() + target;
    }

    /** Every record of what was sent before is in the file when this returns. */
    void settleRecords() throws IOException {
        String marker = marker();
        exchange(false, head("GET", "/nowhere", "bob", marker, "Connection: close") + "\r\n");
        records.close(marker);
    }

    @Override
    public void close() throws Exception {
        upstream.close();
        secureUpstream.close();
        container.close();
    }
}
