package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ClusterUnavailableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The API servers of all clusters: counts what it is asked, and answers what a test wants. */
final class FakeApiServer implements ClusterCalls {

    /** What was asked of whom. */
    record Asked(String cluster, String path, JsonObject review) {
        JsonObject spec() {
            return review.getAsJsonObject("spec");
        }
    }

    /** Makes an answer. */
    interface Script {
        Answer answer(Asked asked) throws ClusterUnavailableException;
    }

    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile Script script;

    FakeApiServer(Script script) {
        this.script = script;
    }

    /** Answers every review with a status. */
    static Script status(String status) {
        return question -> created(question, status);
    }

    static Answer created(Asked question, String status) {
        return new Answer(
                201,
                "{\"kind\":" + question.review().get("kind") + ",\"apiVersion\":"
                        + question.review().get("apiVersion") + ",\"metadata\":{},\"spec\":{},\"status\":" + status
                        + "}");
    }

    static Script down() {
        return question -> {
            throw new ClusterUnavailableException("target " + question.cluster() + " can not be reached");
        };
    }

    void play(Script newScript) {
        script = newScript;
    }

    @Override
    public Answer post(String cluster, String path, String json) throws ClusterUnavailableException {
        Asked question = new Asked(cluster, path, JsonParser.parseString(json).getAsJsonObject());
        asked.add(question);
        return script.answer(question);
    }

    int calls() {
        return asked.size();
    }

    Asked last() {
        return asked.get(asked.size() - 1);
    }

    List<Asked> all() {
        return List.copyOf(asked);
    }
}
