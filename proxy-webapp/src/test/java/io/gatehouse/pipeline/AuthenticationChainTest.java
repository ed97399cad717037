package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthenticationChainTest {

    private static final Credential BEARER = new Credential.Bearer(Secret.of("x"));

    private static AuthenticationChain.Link link(String name, AuthenticationResult says) {
        Authenticator authenticator = (credential, view) -> says;
        return new AuthenticationChain.Link(
                name, authenticator, PluginCall.direct(name, AuthenticationChainTest.class.getClassLoader()));
    }

    private static AuthenticationResult alice(String method) {
        return AuthenticationResult.authenticated(Identity.of("alice", method));
    }

    private static AuthenticationChain chain(AuthenticationChain.Link... links) {
        return new AuthenticationChain(
                List.of(links),
                false,
                user -> user.equals("bob") ? Optional.of("shut out by carol") : Optional.empty());
    }

    private static RefusedException refusal(AuthenticationChain chain) {
        return catchThrowableOfType(RefusedException.class, () -> chain.prove(BEARER, null, Set.of()));
    }

    @Test
    void theFirstThatKnowsItDecides() {
        assertThat(chain(
                                link("one", AuthenticationResult.notMine()),
                                link("two", alice("x")),
                                link("three", alice("y")))
                        .prove(BEARER, null, Set.of())
                        .authenticator())
                .isEqualTo("two");
        RefusedException refused =
                refusal(chain(link("one", AuthenticationResult.rejected("no")), link("two", alice("x"))));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.reason()).isEqualTo("one: no");
    }

    @Test
    void whatCanNotBeToldIsNobodyElsesAffair() {
        RefusedException refused =
                refusal(chain(link("one", AuthenticationResult.unavailable("down")), link("two", alice("x"))));
        assertThat(refused.status()).isEqualTo(503);
    }

    @Test
    void whoeverIsShutOutIsNobodyWhoeverVouchesForThem() {
        RefusedException refused =
                refusal(chain(link("one", AuthenticationResult.authenticated(Identity.of("bob", "x")))));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.reason()).isEqualTo("one: the person is shut out by carol");
    }
}
