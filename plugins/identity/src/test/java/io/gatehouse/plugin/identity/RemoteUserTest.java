package io.gatehouse.plugin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import io.gatehouse.spi.UpstreamIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RemoteUserTest {

    private static final Credential NOTHING = new Credential.None();

    private static final Identity ALICE =
            Identity.of("alice", "basic").withGroups(List.of("dev", "ops")).withExtra(Map.of("a/b", List.of("c")));

    private final RemoteUserFactory factory = new RemoteUserFactory();

    private UpstreamIdentity create(TestSettings settings) {
        return factory.create(settings, TestContext.in(Path.of(".")));
    }

    @Test
    void allAreFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.upstreamIdentities())
                        .extracting(found -> found.name())
                        .containsExactly("impersonate", "front-proxy", "remote-user", "own-token", "none"));
    }

    @Test
    void noneTellsNothing() {
        NoneFactory none = new NoneFactory();
        assertThat(none.settings()).isEmpty();
        UpstreamIdentity identity = none.create(TestSettings.of(none), TestContext.in(Path.of(".")));
        assertThat(identity.outbound(ALICE, NOTHING)).isEqualTo(new OutboundIdentity.Headers(List.of()));
        assertThat(identity.managedHeaders()).isEmpty();
    }

    @Test
    void hasDefaults() {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + "=" + setting.defaultValue())
                .containsExactly(
                        "user-header=Optional[X-Remote-User]",
                        "groups-header=Optional[X-Remote-Group]",
                        "groups-separator=Optional.empty",
                        "uid-header=Optional.empty",
                        "extra-prefix=Optional.empty");
        UpstreamIdentity identity = create(TestSettings.of(factory));
        assertThat(identity.managedHeaders()).containsExactly("X-Remote-User", "X-Remote-Group");
        assertThat(identity.outbound(ALICE, NOTHING))
                .isEqualTo(new OutboundIdentity.Headers(List.of(
                        new Header("X-Remote-User", "alice"),
                        new Header("X-Remote-Group", "dev"),
                        new Header("X-Remote-Group", "ops"))));
    }

    @Test
    void mapsEverySetting() {
        UpstreamIdentity identity = create(TestSettings.of(factory)
                .with(RemoteUserFactory.USER_HEADER, "X-User")
                .with(RemoteUserFactory.GROUPS_HEADER, "X-Groups")
                .with(RemoteUserFactory.GROUPS_SEPARATOR, ", ")
                .with(RemoteUserFactory.UID_HEADER, "X-Uid")
                .with(RemoteUserFactory.EXTRA_PREFIX, "X-Extra-"));
        assertThat(identity.managedHeaders()).containsExactly("X-User", "X-Groups", "X-Uid", "X-Extra-");
        assertThat(identity.outbound(ALICE.withUid("42"), NOTHING))
                .isEqualTo(new OutboundIdentity.Headers(List.of(
                        new Header("X-User", "alice"),
                        new Header("X-Groups", "dev, ops"),
                        new Header("X-Uid", "42"),
                        new Header("X-Extra-a%2Fb", "c"))));
        assertThat(identity.outbound(Identity.of("alice", "basic"), NOTHING))
                .isEqualTo(new OutboundIdentity.Headers(List.of(new Header("X-User", "alice"))));
        assertThat(identity.outbound(ALICE.withGroups(List.of("dev", "a, admin")), NOTHING))
                .isEqualTo(new OutboundIdentity.Refused("a group is empty or contains the groups-separator"));
    }

    @Test
    void tellsEveryProblem() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory)
                        .with(RemoteUserFactory.USER_HEADER, "X Remote User")
                        .with(RemoteUserFactory.GROUPS_HEADER, "Host")
                        .with(RemoteUserFactory.GROUPS_SEPARATOR, "")
                        .with(RemoteUserFactory.EXTRA_PREFIX, "X-Extra")))
                .withMessage("""
                        gatehouse.yaml:1:1: expected a header's name such as X-Remote-User
                        gatehouse.yaml:1:1: header host can not carry an identity
                        gatehouse.yaml:1:1: expected printable ASCII such as ","
                        gatehouse.yaml:1:1: expected the start of a header's name that ends in -""");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory)
                        .with(RemoteUserFactory.GROUPS_HEADER, "x-remote-user")
                        .with(RemoteUserFactory.UID_HEADER, "X-REMOTE-USER")))
                .withMessage("""
                        gatehouse.yaml:1:1: user, groups and uid need headers of their own
                        gatehouse.yaml:1:1: user, groups and uid need headers of their own""");
    }

    @Test
    void refusesWhatCanNotStandInAHeader() {
        assertThat(create(TestSettings.of(factory)).outbound(Identity.of("a\r\nb", "basic"), NOTHING))
                .isEqualTo(new OutboundIdentity.Refused("the user has a character that can not stand in a header"));
    }
}
