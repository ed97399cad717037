package io.gatehouse.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.TestContainer;
import io.gatehouse.containers.TestWar;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plugin that authors copy, dropped into a home beside a jar that is none. */
class CustomPluginIT {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path home;

    @ParameterizedTest
    @EnumSource
    void logsIn(ContainerKind kind) throws Exception {
        Files.createDirectories(home.resolve("plugins"));
        Files.copy(TestPlugins.example(), home.resolve("plugins/example.jar"));
        Files.writeString(home.resolve("plugins/broken.jar"), "this is no zip");
        Files.writeString(home.resolve("token"), TOKEN + "\n");
        Files.writeString(home.resolve("policy.csv"), "p, user:robot, *, /**, GET, allow\n");
        Files.writeString(home.resolve("gatehouse.yaml"), """
                authenticators:
                  robot: {plugin: static-token, token: "${file:token}", user: robot}
                authorizers:
                  policy: {plugin: acl, policy: policy.csv}
                identities:
                  as-header: {plugin: remote-user}
                audit:
                  sinks:
                    file: {plugin: audit-file}
                targets:
                  demo: {path: /demo/, url: "echo:/", authenticators: [robot], authorizers: [policy], identity: as-header}
                """);
        try (TestContainer container =
                TestContainer.start(kind, TestWar.product(), Map.of("gatehouse.home", home.toString()))) {
            HttpResponse<String> right = get(container, TOKEN);
            assertThat(right.statusCode()).isEqualTo(200);
            assertThat(right.body()).contains("X-Remote-User: robot").doesNotContain(TOKEN);
            HttpResponse<String> wrong = get(container, "0" + TOKEN);
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
    }

    private static HttpResponse<String> get(TestContainer container, String token) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(container.certificates().clientContext())
                .build();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + container.tlsPort() + "/demo/hello"))
                .header("Authorization", "Bearer " + token)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
