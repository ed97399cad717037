package io.gatehouse.plugin.oidc;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Calls a provider: every call has an end, in time and in size, and goes where it was sent, as no redirect is followed.
 */
final class ProviderClient {

    static final int LARGEST_ANSWER = 1024 * 1024;

    private final HttpClient client;
    private final Duration timeout;
    private final boolean plainHttp;

    /** What came back. */
    record Answer(int status, Optional<String> type, byte[] body) {}

    /**
     * @param trust with whose authorities; nothing for the JVM's own
     * @param timeout for a whole call
     * @param plainHttp whether {@code http://} is taken beyond this machine
     */
    ProviderClient(Optional<SSLContext> trust, Duration timeout, boolean plainHttp) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER);
        trust.ifPresent(builder::sslContext);
        this.client = builder.build();
        this.timeout = timeout;
        this.plainHttp = plainHttp;
    }

    Duration timeout() {
        return timeout;
    }

    /** Whether an address may be called, or a browser be sent there. */
    boolean isAllowed(URI address) {
        String host = address.getHost();
        if (host == null || address.getRawUserInfo() != null || address.getRawFragment() != null) {
            return false;
        }
        boolean loopback = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
        return "https".equals(address.getScheme()) || "http".equals(address.getScheme()) && (plainHttp || loopback);
    }

    /** @throws ProviderUnavailableException when nothing came, or not 200 */
    byte[] get(URI address, Map<String, String> headers) throws ProviderUnavailableException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).header("Accept", "application/json");
        headers.forEach(request::header);
        Answer answer = send(request.build());
        if (answer.status() != 200) {
            throw new ProviderUnavailableException(address + " answered " + answer.status()
                    + (answer.status() / 100 == 3 ? "; redirects are not followed" : ""));
        }
        return answer.body();
    }

    /** @throws ProviderUnavailableException when nothing came */
    Answer send(HttpRequest request) throws ProviderUnavailableException {
        if (!isAllowed(request.uri())) {
            throw new ProviderUnavailableException(request.uri() + " is not https");
        }
        CompletableFuture<HttpResponse<byte[]>> running =
                client.sendAsync(request, head -> new BoundedBody(LARGEST_ANSWER));
        try {
            HttpResponse<byte[]> response = running.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.headers().firstValue("Content-Type"), response.body());
        } catch (TimeoutException e) {
            throw new ProviderUnavailableException(
                    request.uri() + " did not answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderUnavailableException("interrupted");
        } catch (ExecutionException e) {
            throw failed(request.uri(), e.getCause());
        } finally {
            running.cancel(true);
        }
    }

    private static ProviderUnavailableException failed(URI address, Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof BoundedBody.TooLargeException) {
                return new ProviderUnavailableException.TooLarge(
                        address + " can not be read: its answer is larger than " + LARGEST_ANSWER + " bytes");
            }
        }
        String message = failure instanceof IOException ? failure.getMessage() : null;
        return new ProviderUnavailableException(address + " can not be reached: "
                + failure.getClass().getSimpleName()
                + (message == null ? "" : " " + message.replaceAll("\\p{Cntrl}", " ")));
    }
}
