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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As {@link ImpersonateTest}, in the headers of kube-apiserver's front proxy. */
class FrontProxyTest {

    private static final Credential NOTHING = new Credential.None();

    private static final Identity ALICE = Identity.of("alice", "basic");

    private static final String RESERVED =
            " starts with system:, which is the cluster's own; list it in allow-system to pass it on";

    private final FrontProxyFactory factory = new FrontProxyFactory();

    private UpstreamIdentity create(TestSettings settings) {
        return factory.create(settings, TestContext.in(Path.of(".")));
    }

    private OutboundIdentity outbound(Identity identity) {
        return create(TestSettings.of(factory)).outbound(identity, NOTHING);
    }

    @Test
    void hasDefaults() {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + "=" + setting.defaultValue())
                .containsExactly("allow-system=Optional[[]]", "max-groups=Optional[250]");
        assertThat(create(TestSettings.of(factory)).managedHeaders()).containsExactly("X-Remote-");
    }

    @Test
    void tellsUserGroupsUidAndExtra() {
        assertThat(outbound(ALICE.withUid("42")
                        .withGroups(List.of("dev", "ops team"))
                        .withExtra(Map.of("example.com/a%b", List.of("c", "d")))))
                .isEqualTo(new OutboundIdentity.Headers(List.of(
                        new Header("X-Remote-User", "alice"),
                        new Header("X-Remote-Group", "dev"),
                        new Header("X-Remote-Group", "ops team"),
                        new Header("X-Remote-Uid", "42"),
                        new Header("X-Remote-Extra-example.com%2Fa%25b", "c"),
                        new Header("X-Remote-Extra-example.com%2Fa%25b", "d"))));
    }

    @Test
    void theClustersOwnNamesAreRefusedUnlessTheyAreAllowed() {
        assertThat(outbound(Identity.of("system:admin", "oidc")))
                .isEqualTo(new OutboundIdentity.Refused("the user" + RESERVED));
        assertThat(outbound(ALICE.withGroups(List.of("dev", "system:masters"))))
                .isEqualTo(new OutboundIdentity.Refused("a group" + RESERVED));
        UpstreamIdentity ci = create(
                TestSettings.of(factory).with(ImpersonateFactory.ALLOW_SYSTEM, List.of("system:serviceaccount:ci:*")));
        assertThat(ci.outbound(Identity.of("system:serviceaccount:ci:bot", "token-review"), NOTHING))
                .isEqualTo(new OutboundIdentity.Headers(
                        List.of(new Header("X-Remote-User", "system:serviceaccount:ci:bot"))));
    }

    @Test
    void tellsEveryProblem() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory).with(ImpersonateFactory.MAX_GROUPS, 10_001)))
                .withMessage("gatehouse.yaml:1:1: expected a number from 0 to 10000, not 10001");
    }
}
