package io.gatehouse.scenarios;

import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.TestContainer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** As much of a browser as a login needs: cookies of each host, and the fields by which a browser tells what it does. */
final class Browser {

    private static final Pattern COOKIE = Pattern.compile("(?i)\r\nset-cookie: ([^=]+)=([^;\r]*)([^\r]*)(?=\r\n)");

    private final TestContainer container;
    private final Map<String, Map<String, String>> cookies = new LinkedHashMap<>();

    Browser(TestContainer container) {
        this.container = container;
    }

    /** An answer, head and body. */
    record Answer(String text) {

        int status() {
            return Integer.parseInt(text.substring(9, 12));
        }

        /** The one value of a field, or an empty text. */
        String field(String name) {
            Matcher matcher = Pattern.compile("(?i)\r\n" + name + ": ([^\r]*)\r\n")
                    .matcher(text.substring(0, text.indexOf("\r\n\r\n") + 4));
            return matcher.find() ? matcher.group(1) : "";
        }

        String hidden(String name) {
            Matcher matcher =
                    Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(text);
            return matcher.find() ? matcher.group(1) : "";
        }
    }

    /** Opens a page by typing its address. */
    Answer open(String host, String target) throws IOException {
        return send(
                host,
                "GET " + target + " HTTP/1.1\r\nAccept: text/html,*/*;q=0.8\r\nSec-Fetch-Mode: navigate\r\n"
                        + "Sec-Fetch-Dest: document\r\nSec-Fetch-Site: none\r\n",
                "");
    }

    /** Opens a page and goes where it is redirected to, ten times at the most. */
    Answer follow(String host, String target) throws IOException {
        Answer answer = open(host, target);
        String at = host;
        for (int i = 0; i < 10 && answer.status() / 100 == 3; i++) {
            URI to = URI.create("https://" + at).resolve(answer.field("location"));
            at = to.getHost();
            answer = open(at, to.getRawPath() + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery()));
        }
        return answer;
    }

    /** Sends a form of a page of the same site. */
    Answer submit(String host, String target, Map<String, String> form) throws IOException {
        return submit(host, target, form, "same-origin");
    }

    Answer submit(String host, String target, Map<String, String> form, String site) throws IOException {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(
                host,
                "POST " + target + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: "
                        + site + "\r\nSec-Fetch-Mode: navigate\r\n",
                body);
    }

    /** Sends a request with this browser's cookies. */
    Answer send(String host, String head, String body) throws IOException {
        String known = cookies.getOrDefault(host, Map.of()).entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
        String request = head + "Host: " + host + "\r\n"
                + (head.contains("\r\nUpgrade: ") ? "Connection: Upgrade\r\n" : "Connection: close\r\n")
                + (known.isEmpty() ? "" : "Cookie: " + known + "\r\n")
                + (head.startsWith("POST") ? "Content-Length: " + body.length() + "\r\n" : "") + "\r\n" + body;
        try (RawClient client = container.client(true)) {
            Answer answer = new Answer(client.send(request).readToEnd());
            keep(host, answer);
            return answer;
        }
    }

    private void keep(String host, Answer answer) {
        Map<String, String> here = cookies.computeIfAbsent(host, unused -> new LinkedHashMap<>());
        Matcher matcher = COOKIE.matcher(answer.text());
        while (matcher.find()) {
            if (matcher.group(3).contains("Max-Age=0")) {
                here.remove(matcher.group(1));
            } else {
                here.put(matcher.group(1), matcher.group(2));
            }
        }
    }

    /** The cookies that a host has set. */
    Map<String, String> cookies(String host) {
        return cookies.computeIfAbsent(host, unused -> new LinkedHashMap<>());
    }

    /** Opens the form of a login and fills it in. */
    Answer logIn(String host, String login, String user, String password) throws IOException {
        String attempt = open(host, "/gatehouse/login/" + login).hidden("attempt");
        return submitLogin(host, login, attempt, user, password);
    }

    /** Sends the form of a login that was opened before. */
    Answer submitLogin(String host, String login, String attempt, String user, String password) throws IOException {
        return submit(
                host, "/gatehouse/login/" + login, Map.of("attempt", attempt, "user", user, "password", password));
    }
}
