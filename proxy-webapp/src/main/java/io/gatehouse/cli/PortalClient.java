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

/** Calls a portal as the program that logs in. */
final class PortalClient {

    private static final int LARGEST_ANSWER = 64 * 1024;
    private static final String STYLE = "/gatehouse/style.css";

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

    /** The portal's own address. */
    URI portal() {
        return portal;
    }

    /**
     * Finds out whether it is there, before a person is asked to log in. Asks for what anybody may see and what does
     * nothing.
     *
     * @throws LoginFailedException saying why not
     */
    void find() throws InterruptedException {
        Received received;
        try {
            received = send(request(STYLE).build());
        } catch (IOException e) {
            throw UnreachablePortal.because(e, portal);
        }
        if (received.status() >= 500) {
            throw new LoginFailedException(portal + " answered " + received.status() + "; try again later");
        }
        if (received.status() != 200 || !received.type().startsWith("text/css")) {
            throw new LoginFailedException(portal + " is not the address of a portal (it answered " + received.status()
                    + " to " + STYLE + "); look at its host name, or ask who runs it");
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(portal + path)).timeout(bounds.head());
    }

    /** Sends a form. @throws IOException when the portal can not be reached */
    PortalAnswer post(String path, Map<String, String> form) throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        Received received = send(request);
        return PortalAnswer.of(portal, received.status(), new String(received.body(), StandardCharsets.UTF_8));
    }

    private record Received(int status, String type, byte[] body) {}

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
            String type = response.headers().firstValue("Content-Type").orElse("");
            return new Received(response.statusCode(), type, in.readNBytes(LARGEST_ANSWER));
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
