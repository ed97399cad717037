package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Web applications behind a path, behind a host and behind the API server's service proxy: redirects and cookies. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record WebApplicationIT(ContainerKind kind) {

    private static final String SERVICE = "/api/v1/namespaces/d/services/https:ui:443/proxy";
    private static final String ACCESS = "authenticators: [staff], authorizers: [policy], identity: as-user";

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, WebApplicationIT::prepare);
    }

    private static void prepare(Site home) {
        home.home()
                .target("base", home.url() + "/app", "upstream-names: [wiki.internal]")
                .target("open", home.url(), "foreign-redirects: pass")
                .target("strict", home.url(), "foreign-redirects: refuse")
                .targetAs("wiki", "{host: wiki.gate, url: \"" + home.url() + "\", " + ACCESS + "}")
                .targetAs(
                        "cluster", "{host: kube.gate, url: \"" + home.url() + "\", kubernetes: true, " + ACCESS + "}");
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    /** The answer to bob's GET when the upstream answers with these lines; {@code {own}} is its address. */
    private static String answer(String host, String target, String status, List<String> fields, String... request)
            throws Exception {
        String head = fields.stream()
                .map(line -> line.replace("{own}", site.url()) + "\r\n")
                .collect(Collectors.joining());
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 " + status + "\r\n" + head + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        });
        String lines = Arrays.stream(request).map(line -> line + "\r\n").collect(Collectors.joining());
        return site.exchange(
                false,
                "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: " + GatehouseHome.basic("bob")
                        + "\r\nConnection: close\r\n" + lines + "\r\n");
    }

    private static List<String> named(String head, String name) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "gate, /up/a,          /login?to=/a,        /up/login?to=/a",
        "gate, /up/a,          '{own}/login',       /up/login",
        "gate, /up/a,          '{own}',             /up/",
        "gate, /up/a,          login,               login",
        "gate, /up/a,          ?x,                  ?x",
        "gate, /up/a,          /up/login,           /up/login",
        "gate, /up/a,          http://gate/login,   /up/login",
        "gate, /base/a,        /app/login,          /base/login",
        "gate, /base/a,        '{own}/app/login',   /base/login",
        "gate, /base/a,        http://wiki.internal/app/login, /base/login",
        "wiki.gate, /a,        '{own}/login',       /login",
        "wiki.gate, /a,        '{own}//evil/login', /.//evil/login",
        "wiki.gate, /a,        /login,              /login",
        "gate, /kube{svc},     '{svc}/',            '/kube{svc}/'",
        "gate, /kube{svc}/a,   '{svc}/login',       '/kube{svc}/login'",
        "gate, /kube{svc}/a,   '{svc}/kube{svc}/b', '/kube{svc}/b'",
        "gate, /kube{svc}/a,   '{own}{svc}/login',  '/kube{svc}/login'",
        "gate, /kube/api,      /api/,               /kube/api/",
        "kube.gate, '{svc}',   '{svc}/',            '{svc}/'"
    })
    void leadsARedirectThroughGatehouse(String host, String target, String location, String shown) throws Exception {
        String answer = answer(
                host,
                target.replace("{svc}", SERVICE),
                "302 Found",
                List.of("Location: " + location.replace("{svc}", SERVICE)));
        assertThat(answer).startsWith("HTTP/1.1 302 ");
        assertThat(named(answer, "Location")).containsExactly(shown.replace("{svc}", SERVICE));
    }

    /** Attack C12: no client is led away with its credentials. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest",
                "https://idp.example.com/login",
                "//evil/x",
                "/\\evil/x",
                "https:evil",
                "http://127.0.0.1:1@evil/",
                "other://x"
            })
    void sendsBrowsersOnlyToAnotherHost(String location) throws Exception {
        List<String> fields = List.of("Location: " + location);
        for (String target : new String[] {"/up/a", "/kube" + SERVICE + "/a"}) {
            String refused = answer("gate", target, "302 Found", fields);
            assertThat(refused).startsWith("HTTP/1.1 502 ").contains("redirected to another host");
            assertThat(named(refused, "Location")).isEmpty();
        }
        String browser = answer("wiki.gate", "/a", "302 Found", fields, "Sec-Fetch-Site: none");
        assertThat(named(browser, "Location")).containsExactly(location);
        assertThat(named(answer("gate", "/open/a", "307 Temporary Redirect", fields), "Location"))
                .containsExactly(location);
        assertThat(answer("gate", "/strict/a", "302 Found", fields)).startsWith("HTTP/1.1 502 ");
        assertThat(named(answer("gate", "/up/a", "201 Created", fields), "Location"))
                .containsExactly(location);
    }

    @Test
    void passesNoRedirectOfTwoReadings() throws Exception {
        assertThat(answer("gate", "/open/a", "302 Found", List.of("Location: /a", "Location: //evil")))
                .startsWith("HTTP/1.1 502 ");
        assertThat(answer("gate", "/open/a", "302 Found", List.of("Location: /\t/evil")))
                .startsWith("HTTP/1.1 502 ");
    }

    @Test
    void rewritesOtherReferencesOfAHead() throws Exception {
        String answer = answer(
                "gate",
                "/up/a",
                "200 OK",
                List.of(
                        "Content-Location: {own}/a.html",
                        "Refresh: 5; url={own}/next",
                        "Link: </a.css>; rel=preload; title=\"</x>\", <{own}/b>; rel=\"next\", <https://cdn/c>"));
        assertThat(named(answer, "Content-Location")).containsExactly("/up/a.html");
        assertThat(named(answer, "Refresh")).containsExactly("5; url=/up/next");
        assertThat(named(answer, "Link"))
                .containsExactly("</up/a.css>; rel=preload; title=\"</x>\", </up/b>; rel=\"next\", <https://cdn/c>");
        assertThat(answer).doesNotContain(site.url());
    }

    @Test
    void keepsCookiesBelowTheTarget() throws Exception {
        List<String> fields = List.of(
                "Set-Cookie: sid=1; Path=/; Domain=gate; HttpOnly; SameSite=None; Secure",
                "Set-Cookie: __Host-csrf=2; Path=/; Secure",
                "Set-Cookie: plain=3",
                "Set-Cookie: =gatehouse-session=4; Path=/",
                "Set-Cookie: __Secure-gatehouse=5; Path=/; Secure");
        assertThat(named(answer("gate", "/up/a", "200 OK", fields), "Set-Cookie"))
                .containsExactly(
                        "sid=1; Path=/up/; HttpOnly; SameSite=None; Secure",
                        "__Secure-Host-csrf=2; Path=/up/; Secure",
                        "plain=3");
        assertThat(named(answer("gate", "/kube" + SERVICE + "/a", "200 OK", fields), "Set-Cookie"))
                .contains("sid=1; Path=/kube" + SERVICE + "/; HttpOnly; SameSite=None; Secure");
        assertThat(named(answer("wiki.gate", "/a", "200 OK", fields), "Set-Cookie"))
                .containsExactly(
                        "sid=1; Path=/; HttpOnly; SameSite=None; Secure", "__Host-csrf=2; Path=/; Secure", "plain=3");
    }

    @Test
    void givesAnApplicationItsOwnCookieNamesBack() throws Exception {
        String cookie = "Cookie: a=1; __Secure-Host-csrf=2; gatehouse-session=3; __Secure-gatehouse=4";
        answer("gate", "/up/a", "200 OK", List.of(), cookie);
        assertThat(named(site.lastConnection().received(), "Cookie")).containsExactly("a=1; __Host-csrf=2");
        answer("wiki.gate", "/a", "200 OK", List.of(), cookie);
        assertThat(named(site.lastConnection().received(), "Cookie")).containsExactly("a=1; __Secure-Host-csrf=2");
    }

    @ParameterizedTest
    @CsvSource({
        "gate, /up/a, /up",
        "gate, /kube/api/v1/pods, /kube",
        "gate, /kube{svc}/a, /kube{svc}",
        "kube.gate, '{svc}/a', '{svc}'",
        "wiki.gate, /a, ''"
    })
    void saysWhereTheClientSeesTheApplication(String host, String target, String prefix) throws Exception {
        answer(host, target.replace("{svc}", SERVICE), "200 OK", List.of(), "X-Forwarded-Prefix: /evil");
        assertThat(String.join("", named(site.lastConnection().received(), "X-Forwarded-Prefix")))
                .isEqualTo(prefix.replace("{svc}", SERVICE));
    }

    /** What answers an upgrade may set cookies too. */
    @Test
    void keepsTheCookiesOfAWebSocketBelowTheTarget() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSet-Cookie: a=b; Path=/\r\n\r\n");
            connection.echo();
        });
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head(
                            "GET",
                            "/up/socket",
                            "bob",
                            Site.marker(),
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                    + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ").contains("Set-Cookie: a=b; Path=/up/\r\n");
        }
    }
}
