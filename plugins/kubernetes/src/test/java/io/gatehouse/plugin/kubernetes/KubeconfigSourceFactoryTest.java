package io.gatehouse.plugin.kubernetes;

import static io.gatehouse.plugin.kubernetes.KubernetesTesting.authorization;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.context;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.kubeconfig;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.refusal;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigSourceFactoryTest {

    @TempDir
    Path home;

    private KubeconfigSourceFactory factory;

    @BeforeEach
    void useAHomeOfItsOwn() {
        factory = new KubeconfigSourceFactory(Map.of(), home);
    }

    private List<TargetDefinition> targets(TestSettings settings) {
        return factory.create(settings, context(Clock.systemUTC())).targets();
    }

    private TestSettings settings() {
        return TestSettings.of(factory);
    }

    private TestSettings named(Path... files) {
        return settings()
                .with(
                        KubeconfigSourceFactory.KUBECONFIG,
                        List.of(files).stream().map(Path::toString).toList());
    }

    private void assertRefused(TestSettings settings, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> targets(settings))
                .withMessage(message);
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.targetSources())
                        .extracting(found -> found.name())
                        .containsExactly("kubeconfig", "in-cluster"));
    }

    @Test
    void hasDefaults() throws IOException {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + (setting.isRequired() ? "!" : "=" + setting.defaultValue()))
                .containsExactly(
                        "kubeconfig=Optional.empty",
                        "folder=Optional.empty",
                        "contexts=Optional[[]]",
                        "exec-timeout=Optional[PT30S]");
        assertThat(factory.mayBlock()).isTrue();
        assertThat(targets(settings())).isEmpty();
        write(Files.createDirectory(home.resolve(".kube")).resolve("config"), kubeconfig("", "token: secret-token"));
        assertThat(targets(settings())).singleElement().satisfies(target -> {
            assertThat(target.name()).isEqualTo("main");
            assertThat(target.server()).hasToString("https://127.0.0.1:6443");
            assertThat(target.kubernetes()).isTrue();
            assertThat(authorization(target)).isEqualTo("Bearer secret-token");
        });
    }

    @Test
    void takesTheListOfTheEnvironmentAndLeavesOutWhatIsMissing() throws IOException {
        Path first = write(home.resolve("first"), kubeconfig("", "token: one"));
        Path second = write(home.resolve("second"), kubeconfig("", "token: two").replace("name: main", "name: other"));
        factory = new KubeconfigSourceFactory(
                Map.of("KUBECONFIG", first + ":" + home.resolve("missing") + "::" + second), home);
        assertThat(targets(settings()))
                .extracting(target -> target.name() + " " + authorization(target))
                .containsExactly("main Bearer one", "other Bearer one");
    }

    @Test
    void mapsEverySetting() throws IOException {
        write(home.resolve("config"), """
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443"}}]
                users:
                - name: u
                  user:
                    exec: {apiVersion: client.authentication.k8s.io/v1, command: tail, args: [-f, /dev/null]}
                contexts:
                - {name: slow, context: {cluster: c, user: u}}
                - {name: unwanted, context: {cluster: c, user: u}}
                """);
        Path folder = Files.createDirectory(home.resolve("folder"));
        write(folder.resolve("b.yaml"), kubeconfig("", "token: of-b").replace("name: main", "name: b"));
        write(folder.resolve("a.yaml"), kubeconfig("", "token: of-a").replace("name: main", "name: a"));
        write(folder.resolve(".hidden"), "not a kubeconfig");
        Files.createDirectory(folder.resolve("more"));
        List<TargetDefinition> targets = targets(settings()
                .with(KubeconfigSourceFactory.KUBECONFIG, List.of("~/config"))
                .with(KubeconfigSourceFactory.FOLDER, folder.toString())
                .with(KubeconfigSourceFactory.CONTEXTS, List.of("slow", "a", "b"))
                .with(KubeconfigSourceFactory.EXEC_TIMEOUT, Duration.ofMillis(50)));
        assertThat(targets).extracting(TargetDefinition::name).containsExactly("slow", "a", "b");
        assertThat(refusal(targets.get(0)))
                .isEqualTo("context \"slow\" of " + home.resolve("config") + ": tail did not end within 50ms");
        assertThat(authorization(targets.get(1))).isEqualTo("Bearer of-a");
        assertThat(authorization(targets.get(2))).isEqualTo("Bearer of-b");
    }

    @Test
    void leavesTheDefaultFilesAloneWhenThereIsAFolder() throws IOException {
        write(Files.createDirectory(home.resolve(".kube")).resolve("config"), kubeconfig("", ""));
        Path folder = Files.createDirectory(home.resolve("folder"));
        assertThat(targets(settings().with(KubeconfigSourceFactory.FOLDER, folder.toString())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT5M0.001S"})
    void boundsTheTimeOfAHelper(Duration timeout) {
        assertRefused(
                settings().with(KubeconfigSourceFactory.EXEC_TIMEOUT, timeout),
                "gatehouse.yaml:1:1: expected more than 0 and at most 5m");
    }

    @Test
    void wantsNamesOfFilesThatAreThere() {
        String expected = "gatehouse.yaml:1:1: expected an absolute file name, or one that begins with ~/";
        assertRefused(settings().with(KubeconfigSourceFactory.KUBECONFIG, List.of("config")), expected);
        assertRefused(settings().with(KubeconfigSourceFactory.KUBECONFIG, List.of("/a\0b")), expected);
        assertRefused(settings().with(KubeconfigSourceFactory.FOLDER, "folder"), expected);
        assertRefused(
                settings().with(KubeconfigSourceFactory.KUBECONFIG, List.of()),
                "gatehouse.yaml:1:1: expected at least one file name");
        assertRefused(
                named(home.resolve("one"), home, home.resolve("two")),
                "%1$s/one: the kubeconfig does not exist\n%1$s: the kubeconfig is not a file\n".formatted(home) + home
                        + "/two: the kubeconfig does not exist");
        assertRefused(
                settings().with(KubeconfigSourceFactory.FOLDER, home + "/none"),
                home + "/none: expected a folder that can be read");
    }

    @Test
    void wantsNamesOfContextsThatAreThere() throws IOException {
        Path file = write(home.resolve("config"), kubeconfig("", ""));
        assertRefused(
                named(file).with(KubeconfigSourceFactory.CONTEXTS, List.of("main", "prod")),
                "gatehouse.yaml:1:1: there is no context \"prod\"; there are main");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            a: [;b ~ :2: is not YAML: expected ',' or ']', but got <stream end>
            users:;	- a ~ :2: is not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)
            hello ~ : is not a kubeconfig: expected the lists clusters, users and contexts
            users: 3 ~ : is not a kubeconfig: expected the lists clusters, users and contexts
            current-context: 3 ~ : is not a kubeconfig: expected the lists clusters, users and contexts
            users: [{}] ~ : entry 1 of users: expected a name
            users: [{name: u, user: 3}] ~ : user "u": expected a mapping
            clusters: [{name: c}, {name: c}] ~ : cluster "c" stands there twice
            contexts: [{name: é}] ~ : context "é": a target's name needs a letter or digit of ASCII
            """)
    void tellsWhatIsWrongWithAFile(String lines, String message) throws IOException {
        Path file = write(home.resolve("config"), lines.replace(';', '\n'));
        assertRefused(named(file), file + message);
    }

    @Test
    void tellsWhereAControlCharacterStands() throws IOException {
        Path file = write(home.resolve("config"), "users: []\n# \u0001\n");
        assertRefused(named(file), file + ":2: a control character can not stand in YAML");
        Files.write(file, new byte[] {(byte) 0xff});
        assertRefused(named(file), file + ": expected UTF-8 text");
    }

    @Test
    void boundsFilesAndContexts() throws IOException {
        Path file = write(home.resolve("config"), "#".repeat(16 * 1024 * 1024 + 1));
        assertRefused(named(file), file + ": the kubeconfig is longer than 16 MiB");
        write(file, "contexts: []\n" + "#".repeat(3 * 1024 * 1024));
        assertRefused(named(file), file + ": is longer than the 3 MiB that a kubeconfig can have; split it");
        write(
                file,
                IntStream.range(0, 1001)
                        .mapToObj(number -> "- {name: c" + number + ", context: {}}\n")
                        .collect(Collectors.joining("", "contexts:\n", "")));
        assertRefused(named(file), file + ": there are 1001 contexts; at most 1,000 are taken: choose with contexts:");
    }

    @Test
    void refusesTwoContextsOfOneName() throws IOException {
        Path file = write(home.resolve("config"), """
                contexts: [{name: "Prod:a"}, {name: prod/a}, {name: "prod a"}]
                """);
        assertRefused(named(file), """
                %1$s: context "prod/a" and context "Prod:a" of %1$s would both be the target "prod-a"; rename one, or choose with contexts:
                %1$s: context "prod a" and context "Prod:a" of %1$s would both be the target "prod-a"; rename one, or choose with contexts:""".formatted(file));
        assertThat(targets(named(file).with(KubeconfigSourceFactory.CONTEXTS, List.of("prod/a"))))
                .singleElement()
                .extracting(TargetDefinition::name)
                .isEqualTo("prod-a");
    }
}
