package io.gatehouse.plugin.github;

import com.github.scribejava.core.httpclient.jdk.JDKHttpClient;
import com.github.scribejava.core.model.Response;
import com.github.scribejava.core.model.Verb;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** The one call that ScribeJava makes, a form that is posted for a token: it ends as all others do. */
final class TokenCalls extends JDKHttpClient {

    private final HttpCalls http;
    private final Deadline deadline;

    TokenCalls(HttpCalls http, Deadline deadline) {
        this.http = http;
        this.deadline = deadline;
    }

    /** @throws ExecutionException with an {@link UnavailableException} for a cause */
    @Override
    public Response execute(String userAgent, Map<String, String> headers, Verb method, String address, byte[] form)
            throws ExecutionException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address))
                .method(method.name(), HttpRequest.BodyPublishers.ofByteArray(form))
                .setHeader("User-Agent", userAgent)
                .setHeader("Accept", "application/json")
                .setHeader(CONTENT_TYPE, DEFAULT_CONTENT_TYPE);
        headers.forEach(request::setHeader);
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), deadline);
            String type = answer.headers().firstValue(CONTENT_TYPE).orElse("");
            return new Response(
                    answer.statusCode(),
                    "",
                    Map.of(CONTENT_TYPE, type),
                    new String(answer.body(), StandardCharsets.UTF_8));
        } catch (UnavailableException e) {
            throw new ExecutionException(e);
        }
    }
}
