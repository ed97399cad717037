package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.ScriptedUpstream;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Attack C11: an API server's answer about access lets somebody in only when it says so, and only for what was asked. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record ReviewTrapsIT(ContainerKind kind) {

    private static final Pattern LENGTH = Pattern.compile("(?i)Content-Length: ([0-9]+)");
    private static final String MANY =
            "staff, " + IntStream.range(0, 249).mapToObj(i -> "group-" + i).collect(Collectors.joining(", "));
    private static final List<String> REVIEWS = new CopyOnWriteArrayList<>();

    private static volatile String status;
    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(
                kind,
                made -> made.home()
                        .product("authorizers", "rbac: {plugin: access-review}")
                        .product("authenticators", staff("many", MANY))
                        .product("authenticators", staff("few", "staff"))
                        .targetAs("many", target(made, "many", "many"))
                        .targetAs("few", target(made, "few", "few"))
                        .targetAs("other", target(made, "other", "few")));
        site.play(ReviewTrapsIT::serve);
    }

    private static String staff(String name, String groups) {
        return name + ": {plugin: htpasswd, file: htpasswd, groups: [" + groups + "]}";
    }

    private static String target(Site made, String name, String authenticator) {
        return "{path: /" + name + "/, url: \"" + made.url() + "\", kubernetes: true, authenticators: [" + authenticator
                + "], authorizers: [rbac], identity: as-user}";
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @BeforeEach
    void allow() {
        status = "{\"allowed\":true}";
        REVIEWS.clear();
    }

    private static void serve(ScriptedUpstream.Connection connection) throws Exception {
        String head = connection.readHead();
        if (!head.contains("/subjectaccessreviews ")) {
            connection.send(Site.OK);
            return;
        }
        Matcher length = LENGTH.matcher(head);
        assertThat(length.find()).isTrue();
        REVIEWS.add(new String(connection.read(Integer.parseInt(length.group(1)))));
        String body = "{\"status\":" + status + "}";
        connection.send(
                "HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"allowed\":true,\"denied\":true}|403|deny",
                "{\"denied\":true}|403|deny",
                "{\"allowed\":false,\"reason\":\"no\"}|403|deny",
                "{}|403|deny",
                "{\"allowed\":false,\"evaluationError\":\"half\"}|403|deny",
                "{\"allowed\":true,\"evaluationError\":\"half\"}|503|unavailable",
                "{\"allowed\":\"true\"}|503|unavailable",
                "{\"allowed\":1}|503|unavailable",
                "[true]|503|unavailable",
                "null|503|unavailable"
            })
    void letsNobodyInOnDoubt(String answer, int code, String decision) throws Exception {
        status = answer;
        String marker = Site.marker();
        String path = "/few/api/v1/namespaces/d/pods/" + marker;
        String head = Site.head("GET", path, "bob", marker, "Connection: close");
        assertThat(site.exchange(false, head + "\r\n")).startsWith("HTTP/1.1 " + code + " ");
        assertThat(site.records().close(marker).decision()).isEqualTo(decision);
        assertThat(REVIEWS).hasSize(1);
        assertThat(site.lastConnection().received()).contains("/subjectaccessreviews ");
    }

    /** With all groups in one question, and none left out of it. */
    @Test
    void asksOnceWithAllGroups() throws Exception {
        assertThat(site.get("/many/api/v1/namespaces/d/pods/all", "bob")).startsWith("HTTP/1.1 200 ");
        assertThat(REVIEWS).singleElement().asString().contains("\"group-0\"", "\"group-248\"", "\"staff\"");
    }

    /** What was answered for one is no answer for another: of another name, cluster, group, selector or verb. */
    @Test
    void remembersAnAnswerForThatVeryQuestionAlone() throws Exception {
        String pods = "/api/v1/namespaces/d/pods";
        assertThat(site.get("/few" + pods, "bob")).startsWith("HTTP/1.1 200 ");
        assertThat(site.get("/few" + pods, "bob")).startsWith("HTTP/1.1 200 ");
        assertThat(REVIEWS).as("it is remembered").hasSize(1);
        status = "{\"denied\":true}";
        assertThat(site.get("/few" + pods, "bob")).startsWith("HTTP/1.1 200 ");
        for (String target : new String[] {
            "/other" + pods,
            "/many" + pods,
            "/few" + pods + "?labelSelector=a%3Db",
            "/few" + pods + "?fieldSelector=spec.x%3Dy",
            "/few" + pods + "?watch=1",
            "/few" + pods + "/p",
            "/few/api/v1/namespaces/e/pods",
            "/few/api/v1/pods"
        }) {
            assertThat(site.get(target, "bob")).as(target).startsWith("HTTP/1.1 403 ");
        }
        assertThat(site.get("/few" + pods, "alice")).as("alice").startsWith("HTTP/1.1 403 ");
    }

    /** A group that somebody gets or loses counts with the next request. */
    @Test
    void asksAgainWhenTheGroupsHaveChanged() throws Exception {
        String secret = "/few/api/v1/namespaces/d/secrets/x";
        assertThat(site.get(secret, "bob")).startsWith("HTTP/1.1 200 ");
        status = "{\"allowed\":false}";
        assertThat(site.get(secret, "bob")).startsWith("HTTP/1.1 200 ");
        String yaml = Files.readString(site.home().folder().resolve("gatehouse.yaml"));
        site.home().file("gatehouse.yaml", yaml.replace(staff("few", "staff"), staff("few", "leavers")));
        try {
            site.awaitStatus(secret, "bob", 403);
            assertThat(REVIEWS.get(REVIEWS.size() - 1)).contains("\"leavers\"").doesNotContain("\"staff\"");
        } finally {
            site.home().write();
            site.awaitReload();
        }
    }
}
