package io.gatehouse.plugin.github;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A GitHub Enterprise Server with one account, an OAuth app, and whatever a test makes of it. */
final class FakeGitHub implements AutoCloseable {

    static final String CLIENT_ID = "Iv1.gatehouse";
    static final String CLIENT_SECRET = "secret&of+the app";
    static final String CALLBACK = "https://gate.example.com/gatehouse/login/code/callback";
    static final String API = "/api/v3";
    static final String MEMBERSHIPS = API + "/user/memberships/orgs";
    static final String TEAMS = API + "/user/teams";

    private static final int LARGEST_PAGE = 30; // as if 100 were more than it gives

    /** What is answered in place of what is right. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else every answer takes 40 ms
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    final Map<String, Answer> instead = new ConcurrentHashMap<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    final List<String> memberships = new CopyOnWriteArrayList<>();
    final List<String> teams = new CopyOnWriteArrayList<>();
    final List<String> tokens = new CopyOnWriteArrayList<>(List.of("gho_ofthelogin"));
    final Map<String, String> otherObjects = new ConcurrentHashMap<>();
    volatile String user = "{\"id\": 583231, \"login\": \"Octocat\", \"type\": \"User\", \"name\": null}";
    volatile String scopes = "read:org, user";
    volatile String tokenAnswer =
            "{\"access_token\": \"gho_ofthelogin\", \"scope\": \"read:org\", \"token_type\": \"bearer\"}";
    volatile String tokenType = "application/json; charset=utf-8";
    private final Map<String, String> challenges = new ConcurrentHashMap<>();

    FakeGitHub() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    static String organization(long id, String login) {
        return "{\"id\": " + id + ", \"login\": \"" + login + "\"}";
    }

    FakeGitHub member(long id, String login, String state) {
        memberships.add("{\"state\": \"" + state + "\", \"organization\": " + organization(id, login) + "}");
        return this;
    }

    static String team(long id, String slug, String organization, String parent) {
        return "{\"id\": " + id + ", \"slug\": \"" + slug + "\", \"organization\": " + organization + ", \"parent\": "
                + parent + "}";
    }

    FakeGitHub team(long id, String slug, String organization) {
        teams.add(team(id, slug, organization, "null"));
        return this;
    }

    /** The browser's way through the pages of GitHub: gives the code. */
    String allow(URI authorize) {
        Map<String, String> query = form(authorize.getRawQuery());
        if (!query.get("client_id").equals(CLIENT_ID)
                || !query.get("redirect_uri").equals(CALLBACK)) {
            throw new AssertionError("not the app's: " + authorize);
        }
        if (!query.get("code_challenge_method").equals("S256")) {
            throw new AssertionError("no PKCE: " + authorize);
        }
        String code = "code" + challenges.size() + "+/ä";
        challenges.put(code, query.get("code_challenge"));
        return code;
    }

    static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    static Answer answer(int status, String body) {
        return exchange -> answer(exchange, status, "application/json", body);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getRawQuery();
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        Answer other = instead.get(exchange.getRequestURI().toString());
        other = other == null ? instead.get(path) : other;
        if (other != null) {
            other.to(exchange);
        } else if (path.equals("/login/oauth/access_token")) {
            exchange(exchange);
        } else if (!isAuthorized(exchange)) {
            answer(exchange, 401, "application/json", "{\"message\": \"Bad credentials\"}");
        } else if (path.equals(API + "/user")) {
            exchange.getResponseHeaders().set("X-OAuth-Scopes", scopes);
            answer(exchange, 200, "application/json", user);
        } else if (path.equals(MEMBERSHIPS) && query.contains("state=active")) {
            page(exchange, memberships);
        } else if (path.equals(TEAMS)) {
            page(exchange, teams);
        } else if (otherObjects.containsKey(path)) {
            answer(exchange, 200, "application/json", otherObjects.get(path));
        } else {
            answer(exchange, 404, "application/json", "{\"message\": \"Not Found\"}");
        }
    }

    private boolean isAuthorized(HttpExchange exchange) {
        return tokens.stream()
                .map(token -> "Bearer " + token)
                .anyMatch(each -> each.equals(exchange.getRequestHeaders().getFirst("Authorization")));
    }

    private void page(HttpExchange exchange, List<String> rows) throws IOException {
        Map<String, String> query = form(exchange.getRequestURI().getRawQuery());
        int number = Integer.parseInt(query.getOrDefault("page", "1"));
        List<String> page = rows.stream()
                .skip((number - 1L) * LARGEST_PAGE)
                .limit(LARGEST_PAGE)
                .toList();
        if (rows.size() > number * LARGEST_PAGE) {
            String path = url() + exchange.getRequestURI().getPath();
            String rest = query.containsKey("state") ? "&state=" + query.get("state") : "";
            exchange.getResponseHeaders()
                    .set(
                            "Link",
                            "<" + path + "?page=1" + rest + ">; rel=\"first\", <" + path + "?page=" + (number + 1)
                                    + rest + ">; rel=\"next\", <" + path + "?page=9" + rest + ">; rel=\"last\"");
        }
        answer(exchange, 200, "application/json", "[" + String.join(",", page) + "]");
    }

    /** As GitHub does: every error is a 200. */
    private void exchange(HttpExchange exchange) throws IOException {
        Map<String, String> form =
                form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
        String error = "";
        if (!CLIENT_ID.equals(form.get("client_id")) || !CLIENT_SECRET.equals(form.get("client_secret"))) {
            error = "incorrect_client_credentials";
        } else if (!challenges.containsKey(form.get("code"))
                || !challenge(form.get("code_verifier")).equals(challenges.remove(form.get("code")))) {
            error = "bad_verification_code";
        } else if (!CALLBACK.equals(form.get("redirect_uri"))) {
            error = "redirect_uri_mismatch";
        }
        answer(exchange, 200, tokenType, error.isEmpty() ? tokenAnswer : "{\"error\": \"" + error + "\"}");
    }

    private static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, String> form(String text) {
        return new HashMap<>(Arrays.stream(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(
                        Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8))));
    }

    /** How often a path was asked for. */
    long count(String path) {
        return new ArrayList<>(asked)
                .stream().filter(line -> line.startsWith("GET " + path)).count();
    }
}
