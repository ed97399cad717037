package io.gatehouse.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/** Calls a portal as the program that logs in. */
final class PortalClient {

    private static final int LARGEST_ANSWER = 64 * 1024;
    private static final int LONGEST_REASON = 200;

    private final URI portal;
    private final Bounds bounds;
    private final HttpClient client;

    /**
     * How long a portal is waited for.
     *
     * @param connection until it is reached, over TLS where it is
     * @param head until it begins to answer
     * @param whole until it has answered
     */
    record Bounds(Duration connection, Duration head, Duration whole) {
        static final Bounds USUAL = new Bounds(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(30));
    }

    /**
     * @param authority PEM certificates of those who vouch for the portal; nothing for the system's own
     * @throws LoginFailedException when those can not be read
     */
    PortalClient(URI portal, Optional<byte[]> authority) {
        this(portal, authority, Bounds.USUAL);
    }

    PortalClient(URI portal, Optional<byte[]> authority, Bounds bounds) {
        this.portal = portal;
        this.bounds = bounds;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(bounds.connection());
        authority.ifPresent(pem -> builder.sslContext(trusting(pem)));
        this.client = builder.build();
    }

    /**
     * What the portal says.
     *
     * @param members of its JSON object; none when it is no such thing
     */
    record Answer(int status, Map<?, ?> members) {

        Optional<String> text(String name) {
            return Optional.ofNullable(members.get(name))
                    .filter(String.class::isInstance)
                    .map(String.class::cast);
        }

        int number(String name, int otherwise) {
            return members.get(name) instanceof Integer number ? number : otherwise;
        }

        /** Without what it holds: a token, or a code. */
        @Override
        public String toString() {
            return "Answer[" + status + ", " + members.size() + " members]";
        }
    }

    /** The portal's own address. */
    URI portal() {
        return portal;
    }

    /**
     * Finds out whether it can be reached, before a person is asked to log in there.
     *
     * @throws LoginFailedException saying why not
     */
    void reach() throws InterruptedException {
        try {
            send(request("/gatehouse/style.css").build());
        } catch (IOException e) {
            throw UnreachablePortal.because(e, portal);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(portal + path)).timeout(bounds.head());
    }

    /** Sends a form. @throws IOException when the portal can not be reached */
    Answer post(String path, Map<String, String> form) throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        Received received = send(request);
        return new Answer(received.status(), members(new String(received.body(), StandardCharsets.UTF_8)));
    }

    private record Received(int status, byte[] body) {}

    /** Sends a request and reads the answer, at most the largest, all within the bounds. */
    private Received send(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<InputStream>> head =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            return head.thenApplyAsync(PortalClient::read).get(bounds.whole().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            head.cancel(true);
            head.thenAccept(PortalClient::close); // the reader, too, leaves then
            throw new SlowPortalException(SlowPortalException.Stage.ANSWER);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof HttpConnectTimeoutException
                    && portal.getScheme().equals("https")
                    && takesConnections()) {
                throw new SlowPortalException(SlowPortalException.Stage.TLS);
            }
            throw cause instanceof IOException failed ? failed : new IOException(cause);
        }
    }

    private static Received read(HttpResponse<InputStream> response) {
        try (InputStream in = response.body()) {
            return new Received(response.statusCode(), in.readNBytes(LARGEST_ANSWER));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException e) {
            // it is given up anyway
        }
    }

    /** The client tells a TLS connection that does not come about as it does one that nobody takes. */
    private boolean takesConnections() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(portal.getHost(), UnreachablePortal.port(portal)), (int)
                    bounds.connection().toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** JSON is YAML, and whatever else comes is nothing. */
    private static Map<?, ?> members(String text) {
        try {
            Object read =
                    new Load(LoadSettings.builder().setSchema(new JsonSchema()).build()).loadFromString(text);
            return read instanceof Map<?, ?> map ? map : Map.of();
        } catch (YamlEngineException e) {
            return Map.of();
        }
    }

    /** The token in an answer. @throws LoginFailedException when there is none */
    CachedLogin login(Answer answer) {
        Optional<String> token = answer.text("token").filter(text -> text.matches("[!-~]{1,4096}"));
        Optional<String> user = answer.text("user").filter(text -> text.chars().noneMatch(Character::isISOControl));
        Optional<Instant> expires = answer.text("expires").flatMap(PortalClient::time);
        if (answer.status() != 200 || token.isEmpty() || user.isEmpty() || expires.isEmpty()) {
            throw refused(answer);
        }
        return new CachedLogin(token.get(), expires.get(), user.get());
    }

    /** Why there is no login, with the portal's own reason where it says one. */
    LoginFailedException refused(Answer answer) {
        if (answer.status() == 200) {
            return new LoginFailedException(portal + " answered what is not a login; is it the address of a portal?");
        }
        String reason = answer.text("error").map(PortalClient::printable).orElse("");
        return new LoginFailedException(
                portal + " answered " + answer.status() + " to the login" + (reason.isEmpty() ? "" : ": " + reason));
    }

    /** What a terminal may show: nothing that moves its cursor or turns the text around, and not too much. */
    private static String printable(String text) {
        String plain =
                text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "").strip();
        return plain.codePointCount(0, plain.length()) > LONGEST_REASON
                ? plain.substring(0, plain.offsetByCodePoints(0, LONGEST_REASON)) + "…"
                : plain;
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static SSLContext trusting(byte[] pem) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            if (store.size() > 0) {
                TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, trust.getTrustManagers(), null);
                return context;
            }
        } catch (GeneralSecurityException | IOException e) {
            // said below
        }
        throw new LoginFailedException("the certificate authority is not one of PEM certificates");
    }
}
