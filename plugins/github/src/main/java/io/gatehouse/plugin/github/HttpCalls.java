package io.gatehouse.plugin.github;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** Calls that end, in time and in size, and that go where they were sent: a redirect is an answer, and is not followed. */
final class HttpCalls {

    private static final long LARGEST_ANSWER = 4L << 20;

    private final HttpClient client;
    private final Duration timeout;

    /**
     * @param trust with whose authorities; nothing for the JVM's own
     * @param timeout for one call
     */
    HttpCalls(Optional<SSLContext> trust, Duration timeout) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER);
        trust.ifPresent(builder::sslContext);
        this.client = builder.build();
        this.timeout = timeout;
    }

    HttpResponse<byte[]> send(HttpRequest request, Deadline deadline) throws UnavailableException {
        CompletableFuture<HttpResponse<byte[]>> running =
                client.sendAsync(request, head -> new BoundedBody(LARGEST_ANSWER));
        try {
            return running.get(deadline.atMost(timeout).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new UnavailableException(where(request.uri()) + " did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted");
        } catch (ExecutionException e) {
            throw new UnavailableException(where(request.uri()) + " can not be asked: " + reason(e.getCause()));
        } finally {
            running.cancel(true);
        }
    }

    /** An address for a message: what stands in a query may be secret. */
    static String where(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority() + address.getRawPath();
    }

    private static String reason(Throwable failure) {
        String message = failure instanceof IOException ? failure.getMessage() : null;
        return failure.getClass().getSimpleName()
                + (message == null ? "" : " " + message.replaceAll("\\p{Cntrl}", " "));
    }
}
