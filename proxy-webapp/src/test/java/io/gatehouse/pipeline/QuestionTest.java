package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.request.ManagedHeaders;
import io.gatehouse.request.PathPattern;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.RequestView;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTest {

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

    private static final Impersonation AS_BOB = new Impersonation("bob", Optional.empty(), List.of(), Map.of());

    private final List<String> asked = new ArrayList<>();

    /** Alice, by a credential that is good for what needs these verbs alone. */
    private record Narrow(Set<String> allowed) implements NarrowedAuthenticator {
        @Override
        public AuthenticationResult authenticate(Credential credential, RequestView request) {
            return AuthenticationResult.authenticated(Identity.of("alice", "token"));
        }

        @Override
        public Optional<EarlierProof> earlierProof(Credential credential) {
            return Optional.empty();
        }

        @Override
        public Optional<String> narrowed(Credential credential, RequestView request, Set<String> verbs) {
            return allowed.equals(verbs) ? Optional.empty() : Optional.of("the request needs " + verbs);
        }
    }

    private Route route(Set<String> allowed) {
        PluginCall call = PluginCall.direct("test", QuestionTest.class.getClassLoader());
        return new Route(
                TARGET,
                Optional.empty(),
                new AuthenticationChain(
                        List.of(new AuthenticationChain.Link("tokens", new Narrow(allowed), call)), false),
                new AuthorizationChain(
                        List.of(new AuthorizationChain.Link(
                                "policy",
                                request -> {
                                    asked.add(request.identity().user() + " "
                                            + request.kubernetes()
                                                    .map(KubernetesAction::verb)
                                                    .orElse(""));
                                    return Decision.allow("yes");
                                },
                                call)),
                        false),
                (identity, credential) -> new OutboundIdentity.Refused("not asked"),
                call,
                ManagedHeaders.with(List.of()),
                new DeclaredHeaders(List.of(), ManagedHeaders.with(List.of())),
                "",
                false,
                true,
                new EntryRules(
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        List.of(),
                        List.of(),
                        List.of(PathPattern.parse("/livez"))),
                false,
                WebRules.DEFAULT);
    }

    private static Question question(
            String method,
            String path,
            Optional<String> upgrade,
            Optional<KubernetesAction> action,
            Optional<Impersonation> impersonation) {
        return new Question(
                new Credential.Bearer(Secret.of("token")),
                "kube",
                "gate",
                InetAddress.getLoopbackAddress(),
                method,
                RequestTarget.of(path, null),
                upgrade,
                action,
                impersonation,
                Map.of());
    }

    private static KubernetesAction action(String verb, String subresource) {
        return new KubernetesAction(true, verb, "", "v1", "", "nodes", subresource, "n", "/api/v1/nodes/n", "", "");
    }

    /** A token for reading must be good neither for a shell nor for somebody else's rights. */
    @ParameterizedTest
    @CsvSource({
        "get, '', false, false, get",
        "get, '', false, true, get impersonate",
        "get, proxy, false, false, get",
        "get, proxy, true, false, get create",
        "create, exec, true, true, create impersonate",
        "-, '', false, false, get",
        "-, '', true, false, upgrade"
    })
    void aCredentialIsAskedAboutAllThatARequestDoes(
            String verb, String subresource, boolean upgraded, boolean impersonated, String needed) {
        Question question = question(
                "GET",
                "/api/v1/nodes/n",
                upgraded ? Optional.of("websocket") : Optional.empty(),
                verb.equals("-") ? Optional.empty() : Optional.of(action(verb, subresource)),
                impersonated ? Optional.of(AS_BOB) : Optional.empty());
        Route exactly = route(Set.of(needed.split(" ")));
        assertThat(question.decide(exactly, question.prove(exactly))).isInstanceOf(Decision.Allow.class);
        asked.clear();
        Route other = route(Set.of("other"));
        assertThat(question.decide(other, question.prove(other))).isInstanceOf(Decision.Deny.class);
        assertThat(asked).as("no authorizer can give it back").isEmpty();
    }

    @Test
    void whoImpersonatesIsJudgedFirstAndThenWhoIsImpersonated() {
        Question question = question(
                "GET", "/api/v1/nodes/n", Optional.empty(), Optional.of(action("get", "")), Optional.of(AS_BOB));
        Route route = route(Set.of("get", "impersonate"));
        assertThat(question.decide(route, question.prove(route))).isEqualTo(Decision.allow("policy: yes"));
        assertThat(asked).containsExactly("alice impersonate", "bob get");
    }

    @Test
    void nobodyImpersonatesWhereNobodyLogsIn() {
        Route route = route(Set.of());
        KubernetesAction livez = KubernetesAction.nonResource("get", "/livez");
        Question plain = question("GET", "/livez", Optional.empty(), Optional.of(livez), Optional.empty());
        assertThat(plain.prove(route).identity()).isEqualTo(AuthenticationChain.ANONYMOUS);
        Question as = question("GET", "/livez", Optional.empty(), Optional.of(livez), Optional.of(AS_BOB));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> as.prove(route))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(403));
    }
}
