package io.gatehouse.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.audit.AuditTrail;
import io.gatehouse.pipeline.LiveStreams;
import io.gatehouse.pipeline.Route;
import io.gatehouse.pipeline.Rules;
import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.plugin.TestJars;
import io.gatehouse.plugin.TestPlugins;
import io.gatehouse.proxy.UpstreamClients;
import io.gatehouse.server.BuiltInPlugins;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ClusterUnavailableException;
import io.gatehouse.target.Target;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A home is edited while Gatehouse looks; with the real plugins, and without waiting for the clock. */
@Timeout(120)
class ReloaderIT {

    private static final String YAML = """
            authenticators:
              staff: {plugin: htpasswd, file: htpasswd}
            authorizers:
              policy: {plugin: acl, policy: policy.csv}
            identities:
              silent: {plugin: none}
            audit:
              sinks:
                local: {plugin: audit-file}
            targets:
              one: {path: /one/, url: "http://127.0.0.1:1", authenticators: [staff], authorizers: [policy], identity: silent}
              two: {path: /two/, url: "http://127.0.0.1:2", authenticators: [staff], authorizers: [policy], identity: silent}
            """;
    private static final String BROKEN = """
              half: {path: /half/, url: "https://127.0.0.1:3", ca: none.crt, authenticators: [staff], authorizers: [policy], identity: silent}
            """;
    private static final ClusterCalls NO_CLUSTERS = (target, path, json) -> {
        throw new ClusterUnavailableException("no target " + target);
    };
    private static final String ALICE = "alice:$2y$04$8JYEDWzLPKHaJkVxp2dHAOUfIAKXcQqT2nSzuvXvG8zT6b0Z2gV9S\n";
    private static final String POLICY = "p, *, *, /**, GET, allow\n";

    private static final String CLOSED = "gatehouse.test.closed";

    @TempDir
    Path home;

    private final Deque<Runnable> later = new ArrayDeque<>();
    private final List<Rules> swapped = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final UpstreamClients clients = new UpstreamClients(Duration.ofHours(1));
    private PluginRepository plugins;
    private Reloader reloader;
    private AuditTrail trail;

    @BeforeEach
    void write() throws IOException {
        write("gatehouse.yaml", YAML);
        write("htpasswd", ALICE);
        write("policy.csv", POLICY);
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(home.resolve(file).getParent());
        Files.writeString(home.resolve(file), text);
    }

    private Rules start() throws IOException {
        plugins = new PluginRepository(
                home.resolve("plugins"),
                TestPlugins.builtIn(),
                BuiltInPlugins.index(),
                home.resolve("data/plugin-cache"),
                getClass().getClassLoader());
        reloader = new Reloader(
                home,
                environment::get,
                plugins,
                scheduler(),
                Clock.systemUTC(),
                NO_CLUSTERS,
                swapped::add,
                new LiveStreams(Clock.systemUTC(), Duration.ofDays(1), Runnable::run),
                clients);
        Reloader.First first = reloader.first().orElseThrow();
        trail = new AuditTrail(first.queue(), first.masking(), first.sinks(), Clock.systemUTC());
        reloader.watch(trail);
        return first.rules();
    }

    @AfterEach
    void stop() {
        reloader.close();
        trail.close();
        plugins.close();
    }

    /** Keeps what would run later. */
    private ScheduledExecutorService scheduler() {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (proxy, method, given) -> switch (method.getName()) {
                    case "schedule" -> {
                        later.add((Runnable) given[0]);
                        yield null;
                    }
                    case "scheduleWithFixedDelay" -> null; // the tests look themselves
                    case "shutdownNow" -> List.of();
                    case "awaitTermination" -> true;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static Map<String, Route> routes(Rules rules) {
        Map<String, Route> routes = new HashMap<>();
        rules.routesByTarget().forEach((target, route) -> routes.put(target.name(), route));
        return routes;
    }

    private Rules latest() {
        return swapped.get(swapped.size() - 1);
    }

    private static Target target(Rules rules, String name) {
        return routes(rules).get(name).target();
    }

    @Test
    void doesNothingWhileNothingChanges() throws IOException {
        start();
        assertThat(reloader.hasChanged()).isFalse();
        write("policy.csv", POLICY);
        reloader.look();
        assertThat(swapped).isEmpty();
    }

    @Test
    void carriesOverWhatStaysTheSame() throws IOException {
        Rules before = start();
        StateBuilder builder = new StateBuilder(
                home, home.resolve("data"), environment::get, plugins, Clock.systemUTC(), NO_CLUSTERS, true);
        State old = builder.build(Optional.empty()).state().orElseThrow();
        write("policy.csv", POLICY + "p, user:bob, *, /**, *, deny\n");
        State next = builder.build(Optional.of(old)).state().orElseThrow();
        assertThat(instance(next, "AUTHENTICATOR/staff")).isSameAs(instance(old, "AUTHENTICATOR/staff"));
        assertThat(instance(next, "AUDIT_SINK/local")).isSameAs(instance(old, "AUDIT_SINK/local"));
        assertThat(instance(next, "UPSTREAM_IDENTITY/silent")).isSameAs(instance(old, "UPSTREAM_IDENTITY/silent"));
        assertThat(instance(next, "AUTHORIZER/policy")).isNotSameAs(instance(old, "AUTHORIZER/policy"));
        assertThat(next.targets()).isEqualTo(old.targets());
        reloader.look();
        assertThat(swapped).hasSize(1);
        assertThat(target(latest(), "one")).isSameAs(target(before, "one"));
        old.sinks().forEach(sink -> sink.sink().close());
    }

    private static Object instance(State state, String product) {
        return state.products().get(product).instance();
    }

    @Test
    void takesAChangeBesideAnOldProblemWhoseLineHasMoved() throws IOException {
        write("gatehouse.yaml", YAML.replace("targets:", "targets:\n" + BROKEN));
        start();
        assertThat(reloader.problems()).hasSize(1);
        write("gatehouse.yaml", "# a comment\n" + YAML.replace("targets:", "targets:\n" + BROKEN));
        reloader.look();
        assertThat(swapped).hasSize(1);
        write("gatehouse.yaml", YAML.replace("targets:", "targets:\n" + BROKEN + BROKEN.replace("half", "other")));
        reloader.look();
        assertThat(swapped).as("a second one is new, however alike").hasSize(1);
    }

    @Test
    void keepsTheOldStateWhenAFileIsBroken() throws IOException {
        start();
        write("policy.csv", "p, alice\n");
        reloader.look();
        assertThat(swapped).isEmpty();
        assertThat(reloader.failedAt()).isPresent();
        assertThat(reloader.problems()).anyMatch(problem -> problem.place().startsWith("policy.csv:1"));
        assertThat(reloader.hasChanged()).as("said once, not at every look").isFalse();
        write("gatehouse.yaml", "targets: [");
        reloader.look();
        assertThat(swapped).isEmpty();
        write("gatehouse.yaml", YAML);
        write("policy.csv", POLICY);
        reloader.look();
        assertThat(reloader.failedAt()).isEmpty();
        assertThat(reloader.problems()).isEmpty();
    }

    @Test
    void startsWithABrokenPolicyButClosesItsTargets() throws IOException {
        Files.delete(home.resolve("policy.csv"));
        Rules rules = start();
        assertThat(routes(rules).get("one").broken()).contains("the target lacks authorizer \"policy\"");
        write("policy.csv", POLICY);
        reloader.look();
        assertThat(routes(latest()).get("one").broken()).isEmpty();
    }

    @Test
    void makesATargetAnewOnlyWhenItIsAnother() throws IOException {
        Rules before = start();
        write("gatehouse.yaml", YAML.replace("127.0.0.1:2", "127.0.0.1:3"));
        reloader.look();
        assertThat(target(latest(), "one")).isSameAs(target(before, "one"));
        assertThat(target(latest(), "two")).isNotSameAs(target(before, "two"));
        write(
                "gatehouse.yaml",
                YAML.lines().filter(line -> !line.contains("two:")).reduce("", (a, b) -> a + b + "\n"));
        reloader.look();
        assertThat(reloader.targetNames()).containsExactly("one");
    }

    @Test
    void changesTheSettingsOfASinkThatIsInUse() throws IOException {
        start();
        write("gatehouse.yaml", YAML.replace("{plugin: audit-file}", "{plugin: audit-file, max-files: 3}"));
        reloader.look();
        assertThat(reloader.problems()).isEmpty();
        assertThat(swapped).hasSize(1);
    }

    @Test
    void readsANewSecretFromTheEnvironmentsFile() throws IOException {
        write("gatehouse.yaml", YAML.replace("/one/,", "/one/, basic: {user: a, password: \"${file:password}\"},"));
        write("password", "old");
        Rules before = start();
        write("password", "new");
        reloader.look();
        assertThat(target(latest(), "one")).isNotSameAs(target(before, "one"));
    }

    @Test
    void takesUpAPluginThatIsDroppedInAndReplaced() throws Exception {
        String custom = YAML.replace(
                "authenticators:\n",
                "authenticators:\n  robot: {plugin: static-token, user: robot, token: 0123456789abcdef0123456789abcdef}\n");
        start();
        write("gatehouse.yaml", custom);
        reloader.look();
        assertThat(swapped).as("there is no such plugin yet").isEmpty();
        assertThat(reloader.problems())
                .singleElement()
                .asString()
                .contains("no authenticator plugin \"static-token\".");
        Path jar = TestPlugins.example();
        Files.createDirectories(home.resolve("plugins"));
        Files.write(home.resolve("plugins/example.jar"), new byte[] {'P', 'K', 3});
        reloader.look();
        assertThat(swapped).as("half a jar").isEmpty();
        assertThat(reloader.problems()).anyMatch(problem -> problem.message().contains("example.jar: not a jar"));
        Files.delete(home.resolve("plugins/example.jar"));
        Files.copy(jar, home.resolve("plugins/example.jar"));
        reloader.look();
        assertThat(reloader.problems()).isEmpty();
        assertThat(swapped).hasSize(1);
    }

    @Test
    void followsASourceOfTargets() throws IOException {
        write("kubeconfigs/a", kubeconfig("a", 1));
        write("gatehouse.yaml", YAML + """
                sources:
                  clusters: {plugin: kubeconfig, folder: %s, authenticators: [staff], authorizers: [policy], identity: silent}
                """.formatted(home.resolve("kubeconfigs")));
        Rules before = start();
        assertThat(reloader.targetNames()).containsExactly("a", "one", "two");
        write("kubeconfigs/b", kubeconfig("b", 2));
        lookUntilSwapped();
        assertThat(reloader.targetNames()).containsExactly("a", "b", "one", "two");
        assertThat(target(latest(), "a")).isSameAs(target(before, "a"));
        Files.delete(home.resolve("kubeconfigs/a"));
        lookUntilSwapped();
        assertThat(reloader.targetNames()).containsExactly("b", "one", "two");
    }

    /** A source may look at its files in its own time. */
    private void lookUntilSwapped() {
        int before = swapped.size();
        while (swapped.size() == before) {
            reloader.look();
            Thread.onSpinWait();
        }
    }

    @Test
    void saysOnceThatASourceClashes() throws IOException {
        write("kubeconfigs/a", kubeconfig("a", 1));
        write("gatehouse.yaml", YAML + """
                sources:
                  clusters: {plugin: kubeconfig, folder: %s, authenticators: [staff], authorizers: [policy], identity: silent}
                """.formatted(home.resolve("kubeconfigs")));
        start();
        write("kubeconfigs/b", kubeconfig("one", 2));
        while (reloader.failedAt().isEmpty()) {
            reloader.look();
            Thread.onSpinWait();
        }
        assertThat(reloader.problems()).singleElement().asString().contains("a target \"one\", a name that is taken");
        assertThat(reloader.hasChanged())
                .as("it would be built and said again at every look")
                .isFalse();
        assertThat(reloader.targetNames()).containsExactly("a", "one", "two");
    }

    private static String kubeconfig(String name, int port) {
        return """
                apiVersion: v1
                kind: Config
                current-context: %1$s
                clusters: [{name: %1$s, cluster: {server: "https://127.0.0.1:%2$d"}}]
                contexts: [{name: %1$s, context: {cluster: %1$s, user: %1$s}}]
                users: [{name: %1$s, user: {token: t}}]
                """.formatted(name, port);
    }

    /** What two later states no longer have is closed once; what the state in force has is not. */
    @Test
    void closesWhatIsReplacedAfterAWhileAndOnce() throws Exception {
        System.clearProperty(CLOSED);
        closing().write(home.resolve("plugins/closing.jar"));
        String with = YAML.replace("authenticators:\n", "authenticators:\n  counted: {plugin: closing, id: \"%s\"}\n");
        write("gatehouse.yaml", with.formatted("first"));
        start();
        write("policy.csv", POLICY + "# 1\n");
        reloader.look();
        write("policy.csv", POLICY + "# 2\n");
        reloader.look();
        write("gatehouse.yaml", with.formatted("second"));
        reloader.look();
        assertThat(swapped).hasSize(3);
        later.remove().run();
        later.remove().run();
        assertThat(System.getProperty(CLOSED))
                .as("the last state that had it still waits")
                .isNull();
        later.remove().run();
        assertThat(System.getProperty(CLOSED)).isEqualTo("first ");
        write("gatehouse.yaml", with.formatted("third"));
        reloader.look();
        reloader.close();
        assertThat(System.getProperty(CLOSED).split(" ")).containsExactlyInAnyOrder("first", "second", "third");
    }

    /** Its authenticators say when they are closed, in a system property: the one thing that it shares with its host. */
    private static TestJars closing() {
        return new TestJars().source("test.Plugin", """
                        package test;
                        import io.gatehouse.spi.*;
                        import java.util.*;
                        public class Plugin implements GatehousePlugin, AuthenticatorFactory {
                            static final Setting<String> ID = Setting.text("id", "Which one");
                            record Counted(String id) implements Authenticator {
                                @Override public AuthenticationResult authenticate(Credential c, RequestView r) {
                                    return AuthenticationResult.notMine();
                                }
                                @Override public void close() {
                                    System.setProperty("%1$s", System.getProperty("%1$s", "") + id + " ");
                                }
                            }
                            @Override public List<AuthenticatorFactory> authenticators() { return List.of(this); }
                            @Override public String name() { return "closing"; }
                            @Override public List<Setting<?>> settings() { return List.of(ID); }
                            @Override public Authenticator create(Settings settings, PluginContext context) {
                                return new Counted(settings.get(ID));
                            }
                        }
                        """.formatted(CLOSED)).entry(TestJars.SERVICE, "test.Plugin");
    }
}
