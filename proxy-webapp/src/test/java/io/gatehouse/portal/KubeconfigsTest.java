package io.gatehouse.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class KubeconfigsTest {

    private static final String PORTAL = "gate.test";
    private static final Kubeconfigs.Cluster EAST = new Kubeconfigs.Cluster("east", "https://gate.test/clusters/east");
    private static final Kubeconfigs.Cluster WEST = new Kubeconfigs.Cluster("west", "https://gate.test/clusters/west");

    private static Identity person(String namespace) {
        return Identity.of("oidc:alice", "oidc").withExtra(Map.of("example.org/namespace", List.of(namespace)));
    }

    private static Map<?, ?> withToken(Identity identity, Kubeconfigs.Cluster... clusters) {
        return read(new Kubeconfigs(Optional.of("PEM"), Optional.of("example.org/namespace"))
                .withToken(identity, PORTAL, List.of(clusters), "gatehouse_x"));
    }

    private static Map<?, ?> read(String yaml) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
    }

    private static Map<?, ?> context(Map<?, ?> config, int place) {
        return (Map<?, ?>) ((Map<?, ?>) ((List<?>) config.get("contexts")).get(place)).get("context");
    }

    @Test
    void hasEachClusterAndOnePersonUnderNamesOfThePortal() {
        Map<?, ?> config = withToken(person("dev"), EAST, WEST);
        assertThat(config.get("current-context")).isEqualTo("east@gate.test");
        assertThat(config.get("users"))
                .isEqualTo(List.of(Map.of("name", "oidc:alice@gate.test", "user", Map.of("token", "gatehouse_x"))));
        assertThat(config.get("clusters"))
                .isEqualTo(List.of(
                        Map.of(
                                "name",
                                "east@gate.test",
                                "cluster",
                                Map.of("server", EAST.server(), "certificate-authority-data", "UEVN")),
                        Map.of(
                                "name",
                                "west@gate.test",
                                "cluster",
                                Map.of("server", WEST.server(), "certificate-authority-data", "UEVN"))));
        assertThat(context(config, 1))
                .isEqualTo(Map.of("cluster", "west@gate.test", "user", "oidc:alice@gate.test", "namespace", "dev"));
    }

    @Test
    void asksAnyCommandForTheCredential() {
        Map<?, ?> config = read(new Kubeconfigs(Optional.empty(), Optional.empty())
                .withCommand(person("dev"), PORTAL, List.of(EAST), List.of("kubectl", "oidc-login", "a: \"b\"")));
        Map<?, ?> user = (Map<?, ?>) ((Map<?, ?>) ((List<?>) config.get("users")).get(0)).get("user");
        Map<?, ?> exec = (Map<?, ?>) user.get("exec");
        assertThat(exec.get("command")).isEqualTo("kubectl");
        assertThat(exec.get("args")).isEqualTo(List.of("oidc-login", "a: \"b\""));
    }

    @Test
    void asksTheCommandLineForTheCredential() {
        String yaml = new Kubeconfigs(Optional.empty(), Optional.empty())
                .withLogin(person("dev"), PORTAL, List.of(EAST), "https://gate.test");
        Map<?, ?> config = read(yaml);
        Map<?, ?> user = (Map<?, ?>) ((Map<?, ?>) ((List<?>) config.get("users")).get(0)).get("user");
        assertThat(user)
                .isEqualTo(Map.of(
                        "exec",
                        Map.of(
                                "apiVersion",
                                "client.authentication.k8s.io/v1",
                                "command",
                                "gatehouse",
                                "args",
                                List.of("login", "https://gate.test", "--exec"),
                                "interactiveMode",
                                "IfAvailable",
                                "provideClusterInfo",
                                true)));
        assertThat(yaml).doesNotContain("namespace", "certificate-authority");
    }

    /** The namespace comes from a claim: not every value is the name of one. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Dev", "-dev", "dev-", "a.b", "dev\n", "dev, user: root", "kube system", "dév"})
    void leavesOutWhatIsNoNamespace(String namespace) {
        assertThat(context(withToken(person(namespace), EAST), 0))
                .isEqualTo(Map.of("cluster", "east@gate.test", "user", "oidc:alice@gate.test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a: b", "{{x}}", "a\\", "*a", "a #b", "!!a", "é\u2028x", "- a", "'"})
    void namesStayNames(String user) {
        Map<?, ?> config = withToken(Identity.of(user, "basic"), EAST);
        assertThat(context(config, 0).get("user")).isEqualTo(user + "@gate.test");
        assertThat(config.get("users"))
                .isEqualTo(List.of(Map.of("name", user + "@gate.test", "user", Map.of("token", "gatehouse_x"))));
    }
}
