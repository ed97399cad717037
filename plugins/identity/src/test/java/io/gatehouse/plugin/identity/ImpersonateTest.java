package io.gatehouse.plugin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import io.gatehouse.spi.UpstreamIdentity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImpersonateTest {

    private static final Credential NOTHING = new Credential.None();

    private static final String RESERVED =
            " starts with system:, which is the cluster's own; list it in allow-system to pass it on";

    private final ImpersonateFactory factory = new ImpersonateFactory();

    private UpstreamIdentity create(TestSettings settings) {
        return factory.create(settings, TestContext.in(Path.of(".")));
    }

    private OutboundIdentity outbound(Identity identity) {
        return create(TestSettings.of(factory)).outbound(identity, NOTHING);
    }

    private static OutboundIdentity refused(String reason) {
        return new OutboundIdentity.Refused(reason);
    }

    @Test
    void hasDefaults() {
        assertThat(factory.name()).isEqualTo("impersonate");
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + "=" + setting.defaultValue())
                .containsExactly("allow-system=Optional[[]]", "max-groups=Optional[250]");
        assertThat(factory.mayBlock()).isFalse();
        assertThat(create(TestSettings.of(factory)).managedHeaders()).containsExactly("Impersonate-");
    }

    @Test
    void mapsEverySetting() {
        UpstreamIdentity mapped = create(TestSettings.of(factory)
                .with(ImpersonateFactory.ALLOW_SYSTEM, List.of("system:authenticated"))
                .with(ImpersonateFactory.MAX_GROUPS, 1));
        Identity alice = Identity.of("alice", "basic");
        assertThat(mapped.outbound(alice.withGroups(List.of("system:authenticated")), NOTHING))
                .isEqualTo(new OutboundIdentity.Headers(List.of(
                        new Header("Impersonate-User", "alice"),
                        new Header("Impersonate-Group", "system:authenticated"))));
        assertThat(mapped.outbound(alice.withGroups(List.of("a", "b")), NOTHING))
                .isEqualTo(refused("the identity has 2 groups; max-groups is 1"));
    }

    @Test
    void tellsEveryProblem() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory).with(ImpersonateFactory.MAX_GROUPS, -1)))
                .withMessage("gatehouse.yaml:1:1: expected a number from 0 to 10000, not -1");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(
                        () -> create(TestSettings.of(factory).with(ImpersonateFactory.ALLOW_SYSTEM, List.of("dev"))))
                .withMessage("gatehouse.yaml:1:1: \"dev\" does not start with system: and needs no permission here");
    }

    @Test
    void allServiceAccountsOfANamespaceCanBeAllowed() {
        UpstreamIdentity ci = create(TestSettings.of(factory)
                .with(
                        ImpersonateFactory.ALLOW_SYSTEM,
                        List.of("system:serviceaccount:ci:*", "system:serviceaccounts:ci")));
        Identity bot = Identity.of("system:serviceaccount:ci:bot.2", "token-review");
        assertThat(ci.outbound(bot.withGroups(List.of("system:serviceaccounts:ci")), NOTHING))
                .isEqualTo(new OutboundIdentity.Headers(List.of(
                        new Header("Impersonate-User", "system:serviceaccount:ci:bot.2"),
                        new Header("Impersonate-Group", "system:serviceaccounts:ci"))));
        for (String other : List.of(
                "system:serviceaccount:ci2:bot",
                "system:serviceaccount:kube-system:ci:bot",
                "system:serviceaccount:ci:bot:more",
                "system:serviceaccount:ci:",
                "system:serviceaccount:ci",
                "system:node:ci:bot")) {
            assertThat(ci.outbound(Identity.of(other, "oidc"), NOTHING))
                    .as(other)
                    .isEqualTo(refused("the user" + RESERVED));
        }
        assertThat(ci.outbound(bot.withGroups(List.of("system:serviceaccount:ci:bot")), NOTHING))
                .isEqualTo(refused("a group" + RESERVED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "system:*",
                "system:serviceaccount:*",
                "system:serviceaccount:*:*",
                "system:serviceaccount:ci*",
                "system:serviceaccount:ci:b*",
                "system:serviceaccount:ci:*:*",
                "system:serviceaccount::*",
                "system:serviceaccount:Ci:*",
                "system:serviceaccounts:*"
            })
    void aStarIsForOneNamespaceAlone(String name) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        create(TestSettings.of(factory).with(ImpersonateFactory.ALLOW_SYSTEM, List.of("dev", name))))
                .withMessage("gatehouse.yaml:1:1: \"dev\" does not start with system: and needs no permission here\n"
                        + "gatehouse.yaml:1:1: \"" + name + "\": a * stands for the service accounts of one namespace"
                        + " alone, as in system:serviceaccount:ci:*");
    }

    @Test
    void tellsUserGroupsUidAndExtra() {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        extra.put("scopes", List.of("a", "b"));
        extra.put("example.com/escaped\u16c4%scopes", List.of("c"));
        assertThat(outbound(Identity.of("alice", "basic")
                        .withUid("42")
                        .withGroups(List.of("dev", "ops team"))
                        .withExtra(extra)))
                .isEqualTo(new OutboundIdentity.Headers(List.of(
                        new Header("Impersonate-User", "alice"),
                        new Header("Impersonate-Group", "dev"),
                        new Header("Impersonate-Group", "ops team"),
                        new Header("Impersonate-Uid", "42"),
                        new Header("Impersonate-Extra-scopes", "a"),
                        new Header("Impersonate-Extra-scopes", "b"),
                        new Header("Impersonate-Extra-example.com%2Fescaped%E1%9B%84%25scopes", "c"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bob\r\nImpersonate-Group: system:masters", "b\u0000b", " bob", "bob ", "b\u00f6b", "b\u007f"})
    void whatCanNotStandInAHeaderIsRefused(String value) {
        Identity alice = Identity.of("alice", "basic");
        assertThat(outbound(Identity.of(value, "basic")))
                .isEqualTo(refused("the user has a character that can not stand in a header"));
        assertThat(outbound(alice.withGroups(List.of("dev", value))))
                .isEqualTo(refused("a group has a character that can not stand in a header"));
        assertThat(outbound(alice.withUid(value)))
                .isEqualTo(refused("the uid has a character that can not stand in a header"));
        assertThat(outbound(alice.withExtra(Map.of("a/b", List.of(value)))))
                .isEqualTo(refused("a value of extra \"a%2Fb\" has a character that can not stand in a header"));
    }

    @Test
    void emptyNamesAndUpperCaseKeysAreRefused() {
        Identity alice = Identity.of("alice", "basic");
        assertThat(outbound(alice.withGroups(List.of("")))).isEqualTo(refused("a group is empty"));
        assertThat(outbound(alice.withUid(""))).isEqualTo(refused("the uid is empty"));
        assertThat(outbound(alice.withExtra(Map.of("", List.of("x")))))
                .isEqualTo(refused("an extra has a key that is empty or not lower case"));
        assertThat(outbound(alice.withExtra(Map.of("Scopes", List.of("x")))))
                .isEqualTo(refused("an extra has a key that is empty or not lower case"));
    }

    @Test
    void theClustersOwnNamesAreRefused() {
        assertThat(outbound(Identity.of("system:admin", "basic"))).isEqualTo(refused("the user" + RESERVED));
        assertThat(outbound(Identity.of("system:anonymous", "anonymous"))).isEqualTo(refused("the user" + RESERVED));
        assertThat(outbound(Identity.of("alice", "basic").withGroups(List.of("dev", "system:masters"))))
                .isEqualTo(refused("a group" + RESERVED));
    }

    @Test
    void largeIdentitiesAreRefused() {
        Identity alice = Identity.of("alice", "basic");
        List<String> many = IntStream.range(0, 251).mapToObj(i -> "g" + i).toList();
        assertThat(outbound(alice.withGroups(many)))
                .isEqualTo(refused("the identity has 251 groups; max-groups is 250"));
        assertThat(outbound(alice.withGroups(many.subList(0, 250)))).isInstanceOf(OutboundIdentity.Headers.class);
        assertThat(outbound(Identity.of("x".repeat(65536), "basic")))
                .isEqualTo(refused("the identity needs more than 32768 bytes of headers"));
    }

    @Test
    void passesReservedNamesOnThatThePolicyAllowed() {
        Identity account = Identity.of("system:serviceaccount:team:robot", Identity.IMPERSONATION)
                .withGroups(List.of("system:masters"));
        assertThat(outbound(account))
                .isEqualTo(new OutboundIdentity.Headers(List.of(
                        new Header("Impersonate-User", "system:serviceaccount:team:robot"),
                        new Header("Impersonate-Group", "system:masters"))));
    }
}
