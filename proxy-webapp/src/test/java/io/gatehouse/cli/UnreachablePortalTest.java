package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.gatehouse.containers.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the program says when there is no portal to talk to. */
class UnreachablePortalTest {

    private TestCertificates certificates;
    private HttpsServer server;
    private volatile List<String> answer = List.of("404", "text/plain");
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() throws Exception {
        certificates = TestCertificates.create();
        server = HttpsServer.create(new InetSocketAddress(0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificates.serverContext()));
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            exchange.getResponseHeaders().set("Content-Type", answer.get(1));
            exchange.sendResponseHeaders(Integer.parseInt(answer.get(0)), -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private Optional<byte[]> authority() throws Exception {
        return Optional.of(("-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(certificates.authority().getEncoded())
                        + "\n-----END CERTIFICATE-----\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertFails(String portal, Optional<byte[]> authority, String reason) {
        LoginFailedException e = catchThrowableOfType(
                LoginFailedException.class, () -> new PortalClient(URI.create(portal), authority).find());
        assertThat(e).hasMessage(portal + " can not be reached: " + reason);
    }

    private String at(String host) {
        return host + ":" + server.getAddress().getPort();
    }

    @Test
    void aPortalIsFoundByHowItsPagesLook() throws Exception {
        answer = List.of("200", "text/css;charset=utf-8");
        new PortalClient(URI.create("https://" + at("localhost")), authority()).find();
        assertThat(asked).containsExactly("GET /gatehouse/style.css");
    }

    /** A person would be sent to a page that is not there, and the program would wait for minutes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404|text/plain|is not the address of a portal (it answered 404 to /gatehouse/style.css); look at its host name, or ask who runs it",
                "307|text/css|is not the address of a portal (it answered 307 to /gatehouse/style.css); look at its host name, or ask who runs it",
                "200|text/html|is not the address of a portal (it answered 200 to /gatehouse/style.css); look at its host name, or ask who runs it",
                "503|text/plain|answered 503; try again later"
            })
    void whatIsNoPortalIsSaidBeforeAnybodyLogsIn(String status, String type, String reason) throws Exception {
        answer = List.of(status, type);
        URI portal = URI.create("https://" + at("localhost"));
        LoginFailedException e =
                catchThrowableOfType(LoginFailedException.class, () -> new PortalClient(portal, authority()).find());
        assertThat(e).hasMessage(portal + " " + reason);
    }

    @Test
    void aNameThatNobodyHas() {
        assertFails(
                "https://gate.invalid",
                Optional.empty(),
                "there is no address for the name gate.invalid; look at its spelling, and at the network");
    }

    @Test
    void aPortThatNobodyListensAt() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        assertFails(
                "https://localhost:" + port,
                Optional.empty(),
                "nobody listens at localhost:" + port + "; look at the port, and whether Gatehouse runs");
    }

    @Test
    void aCertificateOfAStranger() {
        assertFails(
                "https://" + at("localhost"),
                Optional.empty(),
                "nobody who is trusted here has signed its certificate; name the file of the authority with --ca");
    }

    @Test
    void aCertificateForAnotherName() throws Exception {
        assertFails(
                "https://" + at("127.0.0.2"),
                authority(),
                "its certificate is not for the name 127.0.0.2; use a name that it is for");
    }

    @Test
    void aCertificateThatHasEnded() {
        SSLHandshakeException e = new SSLHandshakeException("PKIX path validation failed");
        e.initCause(new CertificateExpiredException("NotAfter: yesterday"));
        assertThat(UnreachablePortal.because(e, URI.create("https://gate.test")))
                .hasMessage("https://gate.test can not be reached: its certificate has ended or is not good yet;"
                        + " look at this computer's clock, or ask who runs it");
    }

    @Test
    void aPortWithoutTls() throws Exception {
        try (ServerSocket plain = new ServerSocket(0)) {
            Thread answering = new Thread(() -> refuse(plain));
            answering.start();
            String at = "localhost:" + plain.getLocalPort();
            assertFails(
                    "https://" + at,
                    authority(),
                    "no TLS connection comes about at " + at + "; look at the port, and whether it is https there");
            answering.join();
        }
    }

    private static void assertTooSlow(ServerSocket server, String scheme, PortalClient.Bounds bounds, String reason) {
        URI portal = URI.create(scheme + "://localhost:" + server.getLocalPort());
        LoginFailedException e = catchThrowableOfType(
                LoginFailedException.class, () -> new PortalClient(portal, Optional.empty(), bounds).find());
        assertThat(e).hasMessage(portal + " can not be reached: localhost:" + server.getLocalPort() + " " + reason);
    }

    @Test
    void aPortThatNeverShakesHands() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) { // the system takes its connections
            assertTooSlow(
                    silent,
                    "https",
                    new PortalClient.Bounds(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(30)),
                    "takes connections, and no TLS connection comes about; look at the port, or try again later");
        }
    }

    @Test
    void anAnswerWithoutAnEnd() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (ServerSocket dripping = new ServerSocket(0)) {
            Thread answering = new Thread(() -> drip(dripping, done));
            answering.start();
            assertTooSlow(
                    dripping,
                    "http",
                    new PortalClient.Bounds(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(2)),
                    "answers without an end; look at the port, or try again later");
            done.countDown();
            answering.join();
        }
    }

    private static void drip(ServerSocket server, CountDownLatch done) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
            done.await();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void refuse(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aPortThatClosesTheConnection() throws Exception {
        assertFails(
                "http://" + at("localhost"),
                Optional.empty(),
                at("localhost") + " closes the connection; look at the port, and whether it is https or http there");
    }

    @Test
    void onePortThatOnlyTakesConnections() {
        assertThat(UnreachablePortal.because(
                        new HttpTimeoutException("request timed out"), URI.create("http://localhost")))
                .hasMessage("http://localhost can not be reached: localhost:80 takes connections and does not answer;"
                        + " try again later");
    }

    @Test
    void whatNobodyHasThoughtOf() {
        assertThat(UnreachablePortal.because(new IOException("odd"), URI.create("http://localhost")))
                .hasMessage("http://localhost can not be reached: odd");
    }
}
