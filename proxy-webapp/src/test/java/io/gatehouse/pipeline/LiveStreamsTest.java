package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.request.ManagedHeaders;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.target.EntryRules;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetLimits;
import io.gatehouse.target.WebRules;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiveStreamsTest {

    private static final ManagedHeaders MANAGED = ManagedHeaders.with(List.of());
    private static final Target TARGET = new Target(
            new TargetDefinition(
                    "kube",
                    URI.create("http://127.0.0.1:1"),
                    true,
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    TargetCredential.none(),
                    ""),
            new TargetLimits(1, 1, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), 0, 1),
            Clock.systemUTC());

    private final Queue<Runnable> judges = new ArrayDeque<>();
    private final LiveStreams streams = new LiveStreams(Clock.systemUTC(), Duration.ofDays(1), judges::add);
    private final List<String> ends = new ArrayList<>();

    @Test
    void judgesNothingOnTheThreadOfTheReload() {
        streams.add(stream("alice"));
        streams.judgeAgain(rules(user -> Decision.deny("policy.csv:3")));
        assertThat(ends).isEmpty();
        judge();
        assertThat(ends).containsExactly("refused by the new rules: policy: policy.csv:3");
    }

    @Test
    void endsWhatLacksWhatItIsJudgedBy() {
        streams.add(stream("alice"));
        streams.judgeAgain(rules(user -> Decision.invalid("no namespace", "name a namespace")));
        judge();
        assertThat(ends).containsExactly("refused by the new rules: policy: no namespace");
    }

    @Test
    void judgesOnceMoreWhatASessionListensTo() {
        streams.add(stream("alice"));
        streams.add(stream(new Credential.Session() {}, "bob"));
        streams.judgeAgain(rules(user -> Decision.allow("policy.csv:3")));
        judges.clear();
        streams.judgeLoginsAgain();
        judge();
        assertThat(ends).singleElement().asString().startsWith("the identity is gone");
    }

    @Test
    void judgesOnceMoreWhatAnApiTokenListensTo() {
        AtomicReference<Decision> policy = new AtomicReference<>(Decision.allow("policy.csv:3"));
        streams.add(stream("alice"));
        LiveStream own = stream("bob");
        streams.add(new LiveStream(
                own.question(),
                Identity.of("bob", NarrowedAuthenticator.API_TOKEN),
                true,
                own.began(),
                ends::add,
                () -> {}));
        streams.judgeAgain(rules(user -> policy.get()));
        judge();
        policy.set(Decision.deny("policy.csv:4"));
        streams.judgeLoginsAgain();
        judge();
        assertThat(ends)
                .as("alice has another token")
                .containsExactly("refused by the new rules: policy: policy.csv:4");
    }

    /** It was let in by rules that are not in force any more when it begins. */
    @Test
    void judgesOnceMoreWhatWasJudgedBeforeTheRulesChanged() {
        LiveStream early = stream("alice");
        streams.judgeAgain(rules(user -> Decision.deny("policy.csv:3")));
        streams.add(early);
        assertThat(ends).hasSize(1);
        streams.add(stream("bob"));
        assertThat(ends).hasSize(1);
    }

    @Test
    void leavesWhatIsStillAllowed() {
        streams.add(stream("alice"));
        streams.judgeAgain(rules(user -> Decision.allow("policy.csv:3")));
        judge();
        streams.closeExpired();
        assertThat(judges).isEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void judgesTheOthersWhenOneCanNotBeJudged() {
        streams.add(stream("alice"));
        streams.add(stream("bob"));
        streams.add(stream("carol"));
        streams.judgeAgain(rules(user -> {
            if (user.equals("bob")) {
                throw new IllegalStateException("a bug");
            }
            return Decision.deny("no");
        }));
        judge();
        assertThat(ends).hasSize(2);
    }

    @Test
    void judgesOnceMoreWhatCouldNotBeTold() {
        Queue<Decision> answers = new ArrayDeque<>(List.of(Decision.unavailable("down"), Decision.deny("gone")));
        streams.add(stream("alice"));
        streams.judgeAgain(rules(user -> answers.remove()));
        judge();
        assertThat(ends).isEmpty();
        streams.closeExpired();
        streams.closeExpired();
        assertThat(judges).as("asked for once however long the queue is").hasSize(1);
        judge();
        assertThat(ends).containsExactly("refused by the new rules: policy: gone");
    }

    @Test
    void forgetsAStreamThatEndsWhileItIsJudged() {
        LiveStream stream = stream("alice");
        streams.add(stream);
        streams.judgeAgain(rules(user -> {
            streams.remove(stream);
            return Decision.unavailable("down");
        }));
        judge();
        streams.closeExpired();
        assertThat(judges).isEmpty();
    }

    @Test
    void endsTheStreamsOfATargetThatIsGone() {
        streams.add(stream("alice"));
        streams.judgeAgain(
                new Rules(null, null, null, Map.of(), new PersonLimits(1, 1), BrowserSessions.NONE, OwnPages.NONE));
        judge();
        assertThat(ends).containsExactly("the target is gone");
    }

    @Test
    void endsWhatIsTooOld() {
        streams.add(stream("alice"));
        streams.maxAge(Duration.ZERO);
        streams.closeExpired();
        assertThat(ends).containsExactly("the stream has reached its greatest age");
    }

    private void judge() {
        for (Runnable task = judges.poll(); task != null; task = judges.poll()) {
            task.run();
        }
    }

    @Test
    void endsWhatTheTargetDoesNotTakeAnyMore() {
        streams.add(stream("alice"));
        EntryRules postOnly =
                new EntryRules(Set.of(), Set.of(), Set.of("POST"), Set.of(), List.of(), List.of(), List.of());
        streams.judgeAgain(rules(user -> Decision.allow("policy.csv:1"), postOnly));
        judge();
        assertThat(ends).containsExactly("refused by the new rules: accept-methods");
    }

    /** At a stop, ordinary requests have their grace. */
    @Test
    void endsWhatLastsBeforeTheRest() {
        streams.add(stream(new Credential.None(), "alice", true));
        streams.add(stream(new Credential.None(), "bob", false));
        streams.closeLasting("first");
        assertThat(ends).containsExactly("first");
        streams.closeAll("all");
        assertThat(ends).containsExactly("first", "all", "all");
    }

    private LiveStream stream(String user) {
        return stream(new Credential.Bearer(Secret.of(user)), user);
    }

    private LiveStream stream(Credential credential, String user) {
        return stream(credential, user, true);
    }

    private LiveStream stream(Credential credential, String user, boolean lasting) {
        Question question = new Question(
                credential,
                "kube",
                "gate",
                InetAddress.getLoopbackAddress(),
                "GET",
                RequestTarget.of("/api/v1/pods", "watch=1"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
        return new LiveStream(question, Identity.of(user, "token"), lasting, System.nanoTime(), ends::add, () -> {});
    }

    /** Rules of one target, which takes every bearer token for the name of its user. */
    private static Rules rules(Function<String, Decision> policy) {
        return rules(policy, EntryRules.NONE);
    }

    private static Rules rules(Function<String, Decision> policy, EntryRules entry) {
        Authenticator tokens = (credential, request) -> credential instanceof Credential.Bearer bearer
                ? AuthenticationResult.authenticated(Identity.of(bearer.token().reveal(), "token"))
                : AuthenticationResult.notMine();
        PluginCall call = PluginCall.direct("test", LiveStreamsTest.class.getClassLoader());
        Route route = new Route(
                TARGET,
                Optional.empty(),
                new AuthenticationChain(List.of(new AuthenticationChain.Link("tokens", tokens, call)), false),
                new AuthorizationChain(
                        List.of(new AuthorizationChain.Link(
                                "policy",
                                request -> policy.apply(request.identity().user()),
                                call)),
                        false),
                (identity, credential) -> new OutboundIdentity.Headers(List.of()),
                call,
                MANAGED,
                new DeclaredHeaders(List.of(), MANAGED),
                "/kube/",
                false,
                false,
                entry,
                false,
                WebRules.DEFAULT);
        return new Rules(
                null,
                null,
                null,
                Map.of(route.target(), route),
                new PersonLimits(1, 1),
                BrowserSessions.NONE,
                OwnPages.NONE);
    }
}
