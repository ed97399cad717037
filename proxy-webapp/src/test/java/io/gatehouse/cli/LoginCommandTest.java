package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program says to a portal's answers, and to what is wrong on its own machine. */
class LoginCommandTest {

    private static final String TOKEN =
            "{\"token\": \"gatehouse_x\", \"expires\": \"2026-06-01T12:00:00Z\", \"user\": \"alice\"}";
    private static final String BEGUN =
            "{\"device_code\": \"long\", \"user_code\": \"BCDF-GHJK\", \"expires_in\": 60, \"interval\": 5}";

    @TempDir
    private Path folder;

    private HttpServer server;
    private final Deque<String> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final List<Duration> waited = new ArrayList<>();

    /** Says its answers one after another; each is a status and a text. */
    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String[] answer = answers.remove().split(" ", 2);
            byte[] body = answer[1].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer[0]), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private PortalClient portal() {
        return new PortalClient(
                URI.create("http://localhost:" + server.getAddress().getPort()), Optional.empty());
    }

    private void answers(String... all) {
        answers.addAll(Arrays.asList(all));
    }

    private CachedLogin device() throws InterruptedException {
        return new DeviceLogin(portal(), waited::add).logIn();
    }

    private void assertFails(String message) {
        assertThatExceptionOfType(LoginFailedException.class)
                .isThrownBy(this::device)
                .satisfies(e -> assertThat(e.getMessage().replaceAll("localhost:[0-9]+", "gate"))
                        .isEqualTo(message));
    }

    @Test
    void asksAgainUntilSomebodySaysYes() throws Exception {
        answers(
                "200 " + BEGUN,
                "400 {\"error\": \"authorization_pending\"}",
                "400 {\"error\": \"slow_down\"}",
                "503 busy",
                "200 " + TOKEN);
        assertThat(device()).isEqualTo(new CachedLogin("gatehouse_x", Instant.parse("2026-06-01T12:00:00Z"), "alice"));
        assertThat(waited)
                .containsExactly(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10));
        assertThat(asked)
                .startsWith("/gatehouse/api/v1/device ", "/gatehouse/api/v1/device/token device_code=long")
                .hasSize(5);
    }

    @Test
    void givesUpWhenTheCodeEnds() {
        answers("200 {\"device_code\": \"long\", \"user_code\": \"BCDF-GHJK\", \"expires_in\": 120, \"interval\": 50}");
        answers("400 {\"error\": \"authorization_pending\"}", "400 {\"error\": \"authorization_pending\"}");
        assertFails("nobody logged in within 2 minutes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 {\"error\": \"access_denied\"}|the login was refused in the browser",
                "400 {\"error\": \"expired_token\"}|the code does not hold any more; begin again",
                "404 not found|http://gate answered 404 to the login",
                "429 {\"error\": \"too many logins\"}|http://gate answered 429 to the login: too many logins",
                "403 {\"error\": \"a\\u001b[2J\\nb\\u202e\\u2028c\"}|http://gate answered 403 to the login: a[2Jbc",
                "403 {\"error\": \"\\n\"}|http://gate answered 403 to the login",
                "403 {\"error\": [1]}|http://gate answered 403 to the login",
                "200 <html><p>hello|http://gate answered what is not a login; is it the address of a portal?",
                "200 {\"token\": \"a\", |http://gate answered what is not a login; is it the address of a portal?",
                "200 {\"token\": \"a\", \"expires\": \"soon\", \"user\": \"b\"}|http://gate answered what is not a login; is it the address of a portal?",
                "200 {\"token\": \"a b\", \"expires\": \"2026-06-01T12:00:00Z\", \"user\": \"b\"}|http://gate answered what is not a login; is it the address of a portal?"
            })
    void saysInOneLineWhatWentWrong(String answer, String message) {
        answers("200 " + BEGUN, answer);
        assertFails(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 <html>",
                "200 [1]",
                "200 {\"device_code\": \"long\"}",
                "200 {\"device_code\": \"long\", \"user_code\": \"\\u001b[2J\"}"
            })
    void takesNoNonsenseForCodes(String answer) {
        answers(answer);
        assertFails("http://gate answered what is not a login; is it the address of a portal?");
    }

    @Test
    void shortensALongReason() {
        answers("200 " + BEGUN, "403 {\"error\": \"" + "é".repeat(201) + "\"}");
        assertFails("http://gate answered 403 to the login: " + "é".repeat(200) + "…");
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1, expected https://127.0.0.1; http only on localhost and names below it",
        "http://gate.example.com, expected https://gate.example.com; http only on localhost and names below it",
        "gate.example.com, expected a URL such as https://gate.example.com"
    })
    void saysWhatIsWrongWithTheAddress(String address, String expected) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> LoginCommand.run(List.of(address, "--new", "--device")))
                .withMessage("\"" + address + "\": " + expected);
    }

    @Test
    void anAnswerDoesNotShowItsToken() {
        assertThat(new PortalAnswer(URI.create("https://gate.test"), 200, Map.of("token", "gatehouse_x")))
                .hasToString("PortalAnswer[200, 1 members]");
    }

    @Test
    void saysThatThePortalCanNotBeReached() {
        PortalClient gone = portal();
        server.stop(0);
        assertThatExceptionOfType(LoginFailedException.class)
                .isThrownBy(() -> new DeviceLogin(gone, waited::add).logIn())
                .withMessageMatching("http://localhost:[0-9]+ can not be reached: .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void anAuthorityThatIsNoneIsSaidInOneLine(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("ca.crt"), text);
        assertThat(LoginCommand.run(List.of(local(), "--new", "--device", "--ca", file.toString())))
                .isEqualTo(1);
        assertThatExceptionOfType(LoginFailedException.class)
                .isThrownBy(
                        () -> new PortalClient(URI.create(local()), Optional.of(text.getBytes(StandardCharsets.UTF_8))))
                .withMessage("the certificate authority is not one of PEM certificates");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--new", "--device"})
    void asksNobodyToLogInWhereNoPortalIs(String option) throws Exception {
        answers("404 not found");
        assertThat(LoginCommand.run(List.of(local(), "--new", option))).isEqualTo(1);
        assertThat(asked).containsExactly("/gatehouse/style.css ");
    }

    @Test
    void aMissingAuthorityEndsTheLogin() throws Exception {
        String absent = folder.resolve("absent.crt").toString();
        assertThat(LoginCommand.run(List.of(local(), "--new", "--device", "--ca", absent)))
                .isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void anAuthorityOfKubectlsThatIsNotBase64IsSaidInOneLine() {
        ClusterInfo info = new ClusterInfo(ClusterInfo.DEFAULT_VERSION, Optional.of("?"));
        assertThatExceptionOfType(LoginFailedException.class)
                .isThrownBy(() -> LoginCommand.authority(Optional.empty(), info))
                .withMessage("certificate-authority-data in KUBERNETES_EXEC_INFO is not base64");
    }

    private String local() {
        return "http://localhost:" + server.getAddress().getPort();
    }
}
