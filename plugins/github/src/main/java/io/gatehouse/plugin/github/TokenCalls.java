package io.gatehouse.plugin.github;

import com.github.scribejava.core.httpclient.HttpClient;
import com.github.scribejava.core.httpclient.multipart.MultipartPayload;
import com.github.scribejava.core.model.OAuthAsyncRequestCallback;
import com.github.scribejava.core.model.OAuthRequest;
import com.github.scribejava.core.model.Response;
import com.github.scribejava.core.model.Verb;
import java.io.File;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** ScribeJava's calls, which end as all others do. It makes one of them: a form is posted for a token. */
final class TokenCalls implements HttpClient {

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

    @Override
    public Response execute(String agent, Map<String, String> headers, Verb method, String address, String body) {
        throw notUsed();
    }

    @Override
    public Response execute(
            String agent, Map<String, String> headers, Verb method, String address, MultipartPayload body) {
        throw notUsed();
    }

    @Override
    public Response execute(String agent, Map<String, String> headers, Verb method, String address, File body) {
        throw notUsed();
    }

    @Override
    public <T> Future<T> executeAsync(
            String agent,
            Map<String, String> headers,
            Verb method,
            String address,
            byte[] body,
            OAuthAsyncRequestCallback<T> callback,
            OAuthRequest.ResponseConverter<T> converter) {
        throw notUsed();
    }

    @Override
    public <T> Future<T> executeAsync(
            String agent,
            Map<String, String> headers,
            Verb method,
            String address,
            MultipartPayload body,
            OAuthAsyncRequestCallback<T> callback,
            OAuthRequest.ResponseConverter<T> converter) {
        throw notUsed();
    }

    @Override
    public <T> Future<T> executeAsync(
            String agent,
            Map<String, String> headers,
            Verb method,
            String address,
            String body,
            OAuthAsyncRequestCallback<T> callback,
            OAuthRequest.ResponseConverter<T> converter) {
        throw notUsed();
    }

    @Override
    public <T> Future<T> executeAsync(
            String agent,
            Map<String, String> headers,
            Verb method,
            String address,
            File body,
            OAuthAsyncRequestCallback<T> callback,
            OAuthRequest.ResponseConverter<T> converter) {
        throw notUsed();
    }

    private static UnsupportedOperationException notUsed() {
        return new UnsupportedOperationException("a token is asked for by a form");
    }

    @Override
    public void close() {}
}
