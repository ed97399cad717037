package io.gatehouse.plugin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import io.gatehouse.spi.UpstreamIdentity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnTokenTest {

    private static final Identity ALICE = Identity.of("alice", "token");

    private final OwnTokenFactory factory = new OwnTokenFactory();
    private final UpstreamIdentity identity = factory.create(TestSettings.of(factory), TestContext.in(Path.of(".")));

    @Test
    void asksToSeeTheCredential() {
        assertThat(factory.settings()).isEmpty();
        assertThat(identity.passesCredential()).isTrue();
    }

    @Test
    void passesABearerTokenOn() {
        assertThat(identity.outbound(ALICE, new Credential.Bearer(Secret.of("abc"))))
                .isEqualTo(new OutboundIdentity.Headers(List.of(new Header("Authorization", "Bearer abc"))));
    }

    @Test
    void refusesToSpeakForSomebodyElse() {
        assertThat(identity.outbound(
                        Identity.of("bob", Identity.IMPERSONATION), new Credential.Bearer(Secret.of("alices"))))
                .isEqualTo(new OutboundIdentity.Refused("own-token says who the caller is, and can say nobody else"));
    }

    @Test
    void refusesEverythingElse() {
        OutboundIdentity refused =
                new OutboundIdentity.Refused("own-token passes bearer tokens on, and the caller came with none");
        assertThat(identity.outbound(ALICE, new Credential.Basic("alice", Secret.of("x"))))
                .isEqualTo(refused);
        assertThat(identity.outbound(ALICE, new Credential.None())).isEqualTo(refused);
    }
}
