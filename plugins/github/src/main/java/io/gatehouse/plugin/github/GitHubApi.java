package io.gatehouse.plugin.github;

import com.google.gson.JsonObject;
import io.gatehouse.spi.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The REST API, with one token, for one judgement. An answer is whole or none: a page that fails, or that is not what
 * was asked for, fails all.
 */
final class GitHubApi {

    static final int MOST_PAGES = 50;

    private static final int LONGEST_MESSAGE = 200;
    private static final Pattern NEXT = Pattern.compile("<([^<>]*)>\\s*;\\s*rel=\"?next\"?");
    private static final Pattern HIDDEN = Pattern.compile("partial-results;\\s*organizations=([0-9, ]*)");

    private final HttpCalls http;
    private final Endpoints endpoints;
    private final String token;
    private final Deadline deadline;
    private final Set<Long> hidden = new HashSet<>();

    /** An object with the headers that came with it. */
    record Found(JsonObject object, HttpHeaders headers) {}

    GitHubApi(HttpCalls http, Endpoints endpoints, Secret token, Deadline deadline) {
        this.http = http;
        this.endpoints = endpoints;
        this.token = token.reveal();
        this.deadline = deadline;
    }

    /** The organisations that were left out of the answers so far. */
    Set<Long> hidden() {
        return Set.copyOf(hidden);
    }

    Found get(String path) throws RefusedException, UnavailableException {
        URI address = URI.create(endpoints.api() + path);
        HttpResponse<byte[]> answer = ask(address);
        return new Found(read(address, answer, Json::object), answer.headers());
    }

    /** Every page of a list. */
    <T> List<T> list(String path, Function<JsonObject, T> reader) throws RefusedException, UnavailableException {
        List<T> all = new ArrayList<>();
        Optional<URI> next = Optional.of(URI.create(endpoints.api() + path));
        for (int page = 0; next.isPresent(); page++) {
            if (page == MOST_PAGES) {
                throw new UnavailableException(HttpCalls.where(next.get()) + " has more than " + MOST_PAGES + " pages");
            }
            URI address = next.get();
            HttpResponse<byte[]> answer = ask(address);
            all.addAll(read(
                    address,
                    answer,
                    body -> Json.objects(body).stream().map(reader).toList()));
            noteHidden(address, answer.headers());
            next = next(address, answer.headers());
        }
        return all;
    }

    private HttpResponse<byte[]> ask(URI address) throws RefusedException, UnavailableException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Accept", "application/vnd.github+json")
                .header("Authorization", "Bearer " + token)
                .header("User-Agent", "gatehouse")
                .header("X-GitHub-Api-Version", "2022-11-28")
                .build();
        HttpResponse<byte[]> answer = http.send(request, deadline);
        if (answer.statusCode() == 200) {
            return answer;
        }
        throw failure(address, answer);
    }

    /** @throws RefusedException where GitHub says that this token, or this account, may not */
    private static UnavailableException failure(URI address, HttpResponse<byte[]> answer) throws RefusedException {
        int status = answer.statusCode();
        String message = message(answer.body());
        if (status == 401) {
            throw new RefusedException("GitHub does not take the token (401)");
        }
        HttpHeaders headers = answer.headers();
        if (status == 403 && headers.firstValue("X-GitHub-SSO").isPresent()) {
            throw new RefusedException("the token is not authorised for the organisation's single sign-on (403)");
        }
        if (status == 403 && (message.contains("Resource not accessible") || message.contains("suspended"))) {
            throw new RefusedException("GitHub says: " + message + " (403)");
        }
        boolean limited = status == 429
                || headers.firstValue("Retry-After").isPresent()
                || headers.firstValue("X-RateLimit-Remaining")
                        .filter("0"::equals)
                        .isPresent();
        return new UnavailableException(HttpCalls.where(address) + " answered " + status
                + (limited ? ", the rate limit is used up" : "")
                + (message.isEmpty() ? "" : ": " + message));
    }

    private static String message(byte[] body) {
        try {
            String message = Json.findText(Json.object(body), "message").orElse("");
            return message.substring(0, Math.min(message.length(), LONGEST_MESSAGE))
                    .replaceAll("\\p{Cntrl}", " ");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static <T> T read(URI address, HttpResponse<byte[]> answer, Function<byte[], T> reader)
            throws UnavailableException {
        try {
            return reader.apply(answer.body());
        } catch (IllegalArgumentException e) {
            throw new UnavailableException(
                    HttpCalls.where(address) + " answered what can not be read: " + e.getMessage());
        }
    }

    private void noteHidden(URI address, HttpHeaders headers) throws UnavailableException {
        Optional<String> note = headers.firstValue("X-GitHub-SSO");
        if (note.isEmpty()) {
            return;
        }
        Matcher partial = HIDDEN.matcher(note.get());
        if (!partial.matches()) {
            throw new UnavailableException(
                    HttpCalls.where(address) + " answered with an X-GitHub-SSO that is not known");
        }
        for (String id : partial.group(1).split("[, ]+")) {
            if (id.matches("[0-9]{1,18}")) {
                hidden.add(Long.valueOf(id));
            }
        }
    }

    /** The token goes to the API only, whatever a link says. */
    private Optional<URI> next(URI address, HttpHeaders headers) throws UnavailableException {
        for (String link : headers.allValues("Link")) {
            Matcher next = NEXT.matcher(link);
            if (next.find()) {
                try {
                    URI found = new URI(next.group(1));
                    if (endpoints.isOfApi(found)) {
                        return Optional.of(found);
                    }
                } catch (URISyntaxException e) {
                    throw new UnavailableException(HttpCalls.where(address) + " has a next page that is no address");
                }
                throw new UnavailableException(HttpCalls.where(address) + " has its next page at another place");
            }
        }
        return Optional.empty();
    }
}
