package io.gatehouse.proxy;

import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ClusterUnavailableException;
import io.gatehouse.target.Target;
import io.gatehouse.target.UpstreamAccess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.message.BasicHttpEntityEnclosingRequest;

/** The host's own calls to the API servers behind its targets: few at once, short, over the targets' pools. */
public final class ClusterClient implements ClusterCalls {

    /** Calls to one target that may be under way at once: the rest of its connections is for people. */
    static final int CALLS = 32;

    private static final int LARGEST_ANSWER = 1024 * 1024;

    private final UpstreamClients clients;
    private final Function<String, Optional<Target>> targets;
    private final ScheduledExecutorService deadlines;
    private final Duration patience;
    private final Map<String, Semaphore> places = new ConcurrentHashMap<>();

    /**
     * @param targets finds a target that is in force by its name
     * @param deadlines ends the calls that take too long
     * @param patience for a whole call
     */
    public ClusterClient(
            UpstreamClients clients,
            Function<String, Optional<Target>> targets,
            ScheduledExecutorService deadlines,
            Duration patience) {
        this.clients = clients;
        this.targets = targets;
        this.deadlines = deadlines;
        this.patience = patience;
    }

    @Override
    public Answer post(String name, String path, String json) throws ClusterUnavailableException {
        Target target = targets.apply(name)
                .filter(Target::isKubernetes)
                .orElseThrow(() -> new ClusterUnavailableException("there is no Kubernetes target \"" + name + "\""));
        Semaphore place = places.computeIfAbsent(name, unknown -> new Semaphore(CALLS));
        if (!place.tryAcquire()) {
            throw new ClusterUnavailableException(CALLS + " calls to target " + name + " are under way");
        }
        Cancellation cancellation = new Cancellation();
        Future<?> deadline = deadlines.schedule(
                () -> cancellation.cancel("took longer than " + patience.toSeconds() + " seconds"),
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            UpstreamAccess access = UpstreamClient.access(target);
            return answer(clients.of(target)
                    .send(request(target, access, path, json), false, access, cancellation, interim -> {}));
        } catch (IOException e) {
            String late = cancellation.reason();
            throw new ClusterUnavailableException(
                    late.isEmpty() ? e.getMessage() : "a call to target " + name + " " + late, e);
        } finally {
            deadline.cancel(false);
            place.release();
        }
    }

    private static HttpEntityEnclosingRequest request(Target target, UpstreamAccess access, String path, String json) {
        HttpEntityEnclosingRequest request = new BasicHttpEntityEnclosingRequest("POST", target.basePath() + path);
        StringEntity body = new StringEntity(json, ContentType.APPLICATION_JSON);
        request.setHeader("Host", target.authority());
        request.setHeader("User-Agent", "gatehouse");
        request.setHeader("Accept", "application/json");
        request.setHeader("Content-Type", "application/json");
        request.setHeader("Content-Length", Long.toString(body.getContentLength()));
        access.authorization().ifPresent(value -> request.setHeader("Authorization", value.reveal()));
        request.setEntity(body);
        return request;
    }

    private static Answer answer(UpstreamCall call) throws IOException {
        boolean whole = false;
        try (InputStream body = call.body()) {
            byte[] bytes = body.readNBytes(LARGEST_ANSWER + 1);
            if (bytes.length > LARGEST_ANSWER) {
                throw new IOException("the answer is larger than " + LARGEST_ANSWER + " bytes");
            }
            whole = true;
            return new Answer(
                    call.response().getStatusLine().getStatusCode(), new String(bytes, StandardCharsets.UTF_8));
        } finally {
            if (whole) {
                call.finish();
            } else {
                call.abort();
            }
        }
    }
}
