package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ClusterUnavailableException;
import java.io.IOException;
import java.io.StringReader;

/**
 * Asks for reviews over the host's connections. No message shows any of an answer's body: that of a token review repeats
 * the token.
 */
final class ReviewCalls {

    private final ClusterCalls clusters;
    private final ReviewKind kind;
    private final ReviewLog log;

    ReviewCalls(ClusterCalls clusters, ReviewKind kind, ReviewLog log) {
        this.clusters = clusters;
        this.kind = kind;
        this.log = log;
    }

    /** What makes a verdict of a review's status. */
    interface Reading<T> {
        T read(JsonFields status) throws ReviewFailedException;
    }

    /**
     * Asks once.
     *
     * @param cluster the target whose API server it is
     * @throws ReviewFailedException when nothing can be told from what came; it has been logged
     */
    <T> T ask(String cluster, JsonObject spec, Reading<T> reading) throws ReviewFailedException {
        try {
            T verdict = reading.read(status(post(cluster, spec)));
            log.answered(cluster);
            return verdict;
        } catch (ReviewFailedException e) {
            String reason = "the " + kind.word() + " of " + cluster + " failed: " + e.getMessage();
            log.failed(cluster, reason);
            throw e.isDown() ? ReviewFailedException.down(reason) : ReviewFailedException.unusable(reason);
        }
    }

    private ClusterCalls.Answer post(String cluster, JsonObject spec) throws ReviewFailedException {
        JsonObject review = new JsonObject();
        review.addProperty("apiVersion", kind.apiVersion());
        review.addProperty("kind", kind.word());
        review.add("spec", spec);
        try {
            return clusters.post(cluster, kind.path(), review.toString());
        } catch (ClusterUnavailableException e) {
            throw ReviewFailedException.down(e.getMessage());
        }
    }

    private JsonFields status(ClusterCalls.Answer answer) throws ReviewFailedException {
        int code = answer.status();
        if (code >= 500 || code == 429) {
            throw ReviewFailedException.down("the API server answered " + code);
        }
        if (code == 401 || code == 403) {
            throw ReviewFailedException.unusable("the API server answered " + code
                    + "; the target's own account needs the right to create " + kind.resource());
        }
        if (code != 200 && code != 201) {
            throw ReviewFailedException.unusable("the API server answered " + code);
        }
        JsonFields review = new JsonFields(parse(answer.body()));
        String word = review.text("kind");
        String version = review.text("apiVersion");
        boolean other = !word.isEmpty() && !word.equals(kind.word())
                || !version.isEmpty() && !version.startsWith(kind.group() + "/");
        if (other) {
            throw ReviewFailedException.unusable("the answer is no " + kind.word());
        }
        return review.fields("status").orElseThrow(() -> ReviewFailedException.unusable("the answer has no status"));
    }

    /** Strictly JSON, and one object of it; Gson's own default takes nearly everything. */
    private static JsonObject parse(String body) throws ReviewFailedException {
        try (JsonReader reader = new JsonReader(new StringReader(body))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            if (element instanceof JsonObject object && reader.peek() == JsonToken.END_DOCUMENT) {
                return object;
            }
        } catch (IOException | JsonParseException | IllegalStateException e) {
            // said below, without the body that the exception may show
        }
        throw ReviewFailedException.unusable("the answer is not a JSON object");
    }
}
