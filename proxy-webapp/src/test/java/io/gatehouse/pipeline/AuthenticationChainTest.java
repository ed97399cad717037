package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Attack G9: what does not hold is not the same as nothing. */
    @Test
    void onlyARequestWithoutACredentialPassesAsNobody() {
        List<AuthenticationChain.Link> links = List.of(link("one", AuthenticationResult.notMine()));
        Credential none = new Credential.None();
        AuthenticationChain open = new AuthenticationChain(links, true);
        assertThat(open.prove(none, null, Set.of()).identity()).isEqualTo(AuthenticationChain.ANONYMOUS);
        assertThat(refusal(open).reason()).isEqualTo("no authenticator of this target knows the credential");
        AuthenticationChain known = new AuthenticationChain(List.of(link("one", alice("x"))), true);
        assertThat(known.prove(BEARER, null, Set.of()).identity().user()).isEqualTo("alice");
        AuthenticationChain closed = new AuthenticationChain(links, false);
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> closed.prove(none, null, Set.of()));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.reason()).isEqualTo("no credential");
    }

    /** Attack A7. */
    @ParameterizedTest
    @ValueSource(strings = {"carol\r\nImpersonate-Group: system:masters", "ca\0rol", " carol", "carol "})
    void anIdentityThatNoHeaderCanCarryIsNone(String user) {
        RefusedException refused =
                refusal(chain(link("one", AuthenticationResult.authenticated(Identity.of(user, "x")))));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.reason())
                .startsWith("one gave an identity that can not be used: ")
                .doesNotContain("carol");
    }

    @Test
    void saysWhatACredentialIsNotGoodFor() {
        NarrowedAuthenticator reader = new NarrowedAuthenticator() {
            @Override
            public AuthenticationResult authenticate(Credential credential, RequestView view) {
                return alice("token");
            }

            @Override
            public Optional<EarlierProof> earlierProof(Credential credential) {
                return Optional.empty();
            }

            @Override
            public Optional<String> narrowed(Credential credential, RequestView view, Set<String> verbs) {
                return verbs.contains("create") ? Optional.of("it is for reading") : Optional.empty();
            }
        };
        AuthenticationChain chain = chain(new AuthenticationChain.Link(
                "one", reader, PluginCall.direct("one", AuthenticationChainTest.class.getClassLoader())));
        assertThat(chain.prove(BEARER, null, Set.of("create")).narrowed()).contains("it is for reading");
        assertThat(chain.prove(BEARER, null, Set.of("get")).narrowed()).isEmpty();
    }

    @Test
    void showsEveryWayIn() {
        assertThat(refusal(chain(challenging("one", "Basic realm=\"a\""), challenging("two", "Bearer")))
                        .headers())
                .containsExactly(
                        new Header("WWW-Authenticate", "Basic realm=\"a\""), new Header("WWW-Authenticate", "Bearer"));
    }

    private static AuthenticationChain.Link challenging(String name, String challenge) {
        Authenticator authenticator = new Authenticator() {
            @Override
            public AuthenticationResult authenticate(Credential credential, RequestView view) {
                return AuthenticationResult.notMine();
            }

            @Override
            public Optional<String> challenge() {
                return Optional.of(challenge);
            }
        };
        return new AuthenticationChain.Link(
                name, authenticator, PluginCall.direct(name, AuthenticationChainTest.class.getClassLoader()));
    }
}
