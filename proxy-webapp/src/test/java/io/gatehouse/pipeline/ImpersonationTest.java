package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.request.FakeRequest;
import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImpersonationTest {

    private static final Identity ALICE = Identity.of("alice", "basic").withGroups(List.of("ops"));

    private static Impersonation read(String... headers) {
        FakeRequest request = new FakeRequest();
        for (String header : headers) {
            int colon = header.indexOf(':');
            request.header(
                    header.substring(0, colon), header.substring(colon + 1).strip());
        }
        return Impersonation.of(request.request());
    }

    @Test
    void readsEverything() {
        assertThat(read(
                        "Impersonate-User: bob",
                        "IMPERSONATE-GROUP: dev",
                        "IMPERSONATE-GROUP: ops",
                        "Impersonate-Uid: 42",
                        "Impersonate-Extra-Scopes: view",
                        "Impersonate-Extra-Scopes: edit",
                        "Impersonate-Extra-example.com%2fescaped%e1%9b%84scopes: x",
                        "Impersonate-Extra-almost%zzescaped%xxscopes: y"))
                .isEqualTo(new Impersonation(
                        "bob",
                        Optional.of("42"),
                        List.of("dev", "ops"),
                        Map.of(
                                "scopes", List.of("view", "edit"),
                                "example.com/escaped\u16c4scopes", List.of("x"),
                                "almost%zzescaped%xxscopes", List.of("y"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Impersonate-Group: dev|impersonation without Impersonate-User",
                "Impersonate-Uid: 42|impersonation without Impersonate-User",
                "Impersonate-Extra-Scopes: a|impersonation without Impersonate-User",
                "Impersonate-User:|the header Impersonate-User is empty or has a character beyond ASCII",
                "Impersonate-User: z\u00f6|the header Impersonate-User is empty or has a character beyond ASCII",
                "Impersonate-Foo: x|a header starts with Impersonate- and is none that is known",
                "Impersonate-: x|a header starts with Impersonate- and is none that is known",
                "Impersonate-Extra-: x|a header starts with Impersonate- and is none that is known",
                "Impersonate-Extra-%ff: x|the key of an extra to be impersonated is not UTF-8",
                "Impersonate-Extra-Original-User.gatehouse.io: x|the extra original-user.gatehouse.io is Gatehouse's own"
            })
    void refusesWhatHasNoReading(String header, String message) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> read(header))
                .withMessage(message)
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(400));
    }

    @Test
    void refusesASecondOneWhereOneIsMeantAndTooMany() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> read("Impersonate-User: bob", "Impersonate-User: root"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> read("Impersonate-User: bob", "Impersonate-Uid: 1", "Impersonate-Uid: 2"));
        String[] many = new String[Impersonation.MOST_VALUES + 1];
        many[0] = "Impersonate-User: bob";
        for (int i = 1; i < many.length; i++) {
            many[i] = "Impersonate-Group: g" + i;
        }
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> read(many))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(431));
    }

    /** The cases of kube-apiserver's own test for groups that come by themselves. */
    @ParameterizedTest
    @CsvSource({
        "bob, , system:authenticated",
        "bob, dev, dev|system:authenticated",
        "bob, system:authenticated, system:authenticated",
        "bob, system:unauthenticated, system:unauthenticated",
        "system:anonymous, , system:unauthenticated",
        "system:anonymous, system:unauthenticated, system:unauthenticated",
        "system:anonymous, dev, dev|system:unauthenticated",
        "system:serviceaccount:foo:default, , system:serviceaccounts|system:serviceaccounts:foo|system:authenticated",
        "system:serviceaccount:foo:default, dev, dev|system:authenticated",
        "system:serviceaccount:foo:a:b, , system:authenticated",
        "system:serviceaccount:Foo:a, , system:authenticated"
    })
    void addsTheGroupsOfKubernetes(String user, String asked, String judged) {
        Impersonation wanted = asked == null
                ? read("Impersonate-User: " + user)
                : read("Impersonate-User: " + user, "Impersonate-Group: " + asked);
        assertThat(wanted.judged(ALICE).groups()).containsExactly(judged.split("\\|"));
        assertThat(wanted.outward(ALICE).groups())
                .as("the upstream adds them itself")
                .isEqualTo(asked == null ? List.of() : List.of(asked));
    }

    @Test
    void tellsTheUpstreamWhoReallyAsks() {
        Identity outward =
                read("Impersonate-User: bob", "Impersonate-Extra-Scopes: view").outward(ALICE);
        assertThat(outward.extra())
                .isEqualTo(Map.of("scopes", List.of("view"), "original-user.gatehouse.io", List.of("alice")));
        assertThat(outward.method()).isEqualTo(Identity.IMPERSONATION);
    }

    private static List<String> asked(Impersonation wanted) {
        List<String> questions = new ArrayList<>();
        ImpersonationCheck.require(
                wanted,
                "/api",
                action -> {
                    questions.add(action.verb() + " " + action.apiGroup() + "/" + action.resourceAndSubresource() + " "
                            + action.namespace() + " " + action.name());
                    return Decision.allow("yes");
                },
                Duration.ofMinutes(1));
        return questions;
    }

    @Test
    void asksForEachValue() {
        assertThat(asked(read(
                        "Impersonate-User: bob",
                        "Impersonate-Group: dev",
                        "Impersonate-Group: ops",
                        "Impersonate-Uid: 42",
                        "Impersonate-Extra-Scopes: a",
                        "Impersonate-Extra-Scopes: b")))
                .containsExactly(
                        "impersonate /users  bob",
                        "impersonate authentication.k8s.io/uids  42",
                        "impersonate /groups  dev",
                        "impersonate /groups  ops",
                        "impersonate authentication.k8s.io/userextras/scopes  a",
                        "impersonate authentication.k8s.io/userextras/scopes  b");
        assertThat(asked(read("Impersonate-User: system:serviceaccount:foo:default")))
                .containsExactly("impersonate /serviceaccounts foo default");
    }

    @Test
    void wantsEveryAnswerToBeYes() {
        Impersonation wanted = read("Impersonate-User: bob", "Impersonate-Group: dev", "Impersonate-Group: root");
        for (Decision no : List.of(Decision.deny("policy:1"), Decision.noOpinion("policy"))) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> ImpersonationCheck.require(
                            wanted,
                            "/api",
                            action -> action.name().equals("root") ? no : Decision.allow("yes"),
                            Duration.ofMinutes(1)))
                    .satisfies(refused -> {
                        assertThat(refused.status()).isEqualTo(403);
                        assertThat(refused.reason()).isEqualTo("impersonate groups root: " + no.reason());
                        assertThat(refused.action().map(KubernetesAction::name)).contains("root");
                    });
        }
    }

    @Test
    void letsNobodyInWhenItCanNotBeTold() {
        Impersonation wanted = read("Impersonate-User: bob", "Impersonate-Group: dev");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> ImpersonationCheck.require(
                        wanted, "/api", action -> Decision.unavailable("down"), Duration.ofMinutes(1)))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(503));
        assertThatExceptionOfType(RefusedException.class)
                .as("all of them have one time")
                .isThrownBy(() -> ImpersonationCheck.require(
                        wanted, "/api", action -> Decision.allow("late"), Duration.ofNanos(-1)))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(503));
    }
}
