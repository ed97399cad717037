package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.login.LoginParts;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiTokensTest {

    private static final Identity ALICE = Identity.of("alice", "fake").withGroups(List.of("staff"));
    private static final Duration LIFE = Duration.ofDays(29);

    private final LoginParts parts = new LoginParts();
    private final ApiTokens tokens = tokens(parts);
    private final TokenAuthenticator authenticator = authenticator(parts);

    private static ApiTokens tokens(LoginParts parts) {
        return new ApiTokens(parts.rules, parts.state, parts.endings, parts.clock);
    }

    private static TokenAuthenticator authenticator(LoginParts parts) {
        ApiTokens tokens = tokens(parts);
        return new TokenAuthenticator(
                new RememberedTokens(tokens, parts.clock),
                new ConfirmedOwners(parts.rules, tokens, parts.clock),
                Set.of("corp"));
    }

    private record View(String target, String method) implements RequestView {
        @Override
        public String path() {
            return "/";
        }

        @Override
        public InetAddress clientAddress() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }

    private Owner alice(String authenticator) {
        return new Owner(authenticator, ALICE, parts.clock.instant());
    }

    private ApiTokens.Issued issue(String... targets) {
        return tokens.issue(alice("corp"), "robot", LIFE, Set.of(targets), Set.of("get"));
    }

    private static Credential bearer(Secret text) {
        return new Credential.Bearer(text);
    }

    private static AuthenticationResult judge(TokenAuthenticator by, Secret text) {
        return by.authenticate(bearer(text), new View("up", "GET"));
    }

    private static void assertRejected(AuthenticationResult result, String reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        AuthenticationResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).contains(reason));
    }

    @Test
    void isItsPersonUntilItEnds() {
        ApiTokens.Issued issued = issue();
        assertThat(issued.text().reveal()).matches("gatehouse_[0-9a-z]{12}_[0-9A-Za-z]{40}[0-9a-z]{7}");
        assertThat(judge(authenticator, issued.text()))
                .isInstanceOfSatisfying(AuthenticationResult.Authenticated.class, good -> {
                    assertThat(good.identity().user()).isEqualTo("alice");
                    assertThat(good.identity().groups()).containsExactly("staff");
                    assertThat(good.identity().expires())
                            .contains(issued.token().expires());
                });
        parts.pass(LIFE);
        assertRejected(judge(authenticator, issued.text()), "no such API token");
    }

    @Test
    void isRevokedOnEveryReplicaWithinSeconds() {
        ApiTokens.Issued issued = issue();
        LoginParts other = parts.replica();
        TokenAuthenticator there = authenticator(other);
        assertThat(judge(authenticator, issued.text())).isInstanceOf(AuthenticationResult.Authenticated.class);
        assertThat(judge(there, issued.text())).isInstanceOf(AuthenticationResult.Authenticated.class);
        assertThat(tokens.revoke("bob", issued.token().id(), "x")).isFalse();
        assertThat(tokens.revoke("alice", issued.token().id(), "revoked by its owner"))
                .isTrue();
        parts.pass(Duration.ofSeconds(2), other);
        assertRejected(judge(authenticator, issued.text()), "revoked by its owner");
        assertRejected(judge(there, issued.text()), "revoked by its owner");
        assertThat(tokens.of("alice")).isEmpty();
        parts.pass(Duration.ofMinutes(6), other);
        assertRejected(judge(there, issued.text()), "no such API token");
    }

    @Test
    void aRevocationIsForgottenWhenNobodyRemembersTheToken() {
        ApiTokens.Issued issued = issue();
        assertThat(judge(authenticator, issued.text())).isInstanceOf(AuthenticationResult.Authenticated.class);
        tokens.revoke("alice", issued.token().id(), "revoked by its owner");
        parts.pass(Duration.ofMinutes(65));
        parts.state.sweep(parts.clock.instant().plusSeconds(1));
        assertThat(parts.store.size()).as("what is known of its owner").isEqualTo(1);
        assertRejected(judge(authenticator, issued.text()), "no such API token");
    }

    @Test
    void oneThatIsUsedCostsTheStoreALookInFiveMinutes() {
        ApiTokens.Issued issued = issue();
        int before = parts.store.reads();
        for (int i = 0; i < 1_000; i++) {
            judge(authenticator, issued.text());
        }
        assertThat(parts.store.reads() - before).as("it, and its owner").isEqualTo(2);
    }

    @Test
    void guessesPushNoTokenOutOfMemory() {
        ApiTokens.Issued issued = issue();
        judge(authenticator, issued.text());
        for (int i = 0; i < 10_001; i++) {
            judge(authenticator, Secret.of(TokenText.random().whole()));
        }
        int before = parts.store.reads();
        assertThat(judge(authenticator, issued.text())).isInstanceOf(AuthenticationResult.Authenticated.class);
        assertThat(parts.store.reads()).isEqualTo(before);
    }

    private List<String> groups(TokenAuthenticator by, Secret text) {
        return ((AuthenticationResult.Authenticated) judge(by, text)).identity().groups();
    }

    @Test
    void followsItsPersonIntoOtherGroupsOnEveryReplicaWithinFiveMinutes() {
        Secret text = issue("up").text();
        LoginParts other = parts.replica();
        TokenAuthenticator there = authenticator(other);
        assertThat(groups(there, text)).containsExactly("staff");
        tokens.follow("corp", ALICE.withGroups(List.of("night", "guests")));
        assertThat(groups(authenticator, text)).containsExactly("night", "guests");
        parts.pass(RememberedTokens.KNOWN, other);
        assertThat(groups(there, text)).containsExactly("night", "guests");
        assertThat(there.narrowed(bearer(text), new View("down", "GET"), Set.of("get")))
                .as("what it was narrowed to")
                .isPresent();
        parts.pass(LIFE, other);
        assertRejected(judge(there, text), "no such API token");
    }

    @Test
    void followsNobodyElse() {
        Secret text = issue().text();
        Identity promoted = ALICE.withGroups(List.of("admins"));
        tokens.follow("elsewhere", promoted);
        tokens.follow("corp", Identity.of("bob", "fake").withGroups(List.of("admins")));
        tokens.follow("corp", promoted.withUid("the next alice"));
        assertThat(groups(authenticator, text)).containsExactly("staff");
    }

    @Test
    void staysRevokedWhenItsPersonsGroupsChange() {
        ApiTokens.Issued issued = issue();
        tokens.revoke("alice", issued.token().id(), "revoked by its owner");
        tokens.follow("corp", ALICE.withGroups(List.of("admins")));
        assertRejected(judge(authenticator, issued.text()), "no such API token");
        assertThat(tokens.of("alice")).isEmpty();
    }

    @Test
    void isLeftAloneWhileTheGroupsAreTheSame() {
        Secret text = issue().text();
        String id = TokenText.parse(text.reveal()).orElseThrow().id();
        tokens.follow("corp", ALICE.withGroups(List.of("b", "a")));
        tokens.follow("corp", ALICE.withGroups(List.of("a", "b")));
        assertThat(parts.state.read("token", id).orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void anotherSecretIsNotTheToken() {
        ApiTokens.Issued issued = issue();
        TokenText right = TokenText.parse(issued.text().reveal()).orElseThrow();
        Secret forged = Secret.of(new TokenText(right.id(), TokenText.random().secret()).whole());
        assertRejected(judge(authenticator, forged), "no such API token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gatehouse_",
                "gatehouse_x",
                "gatehouse_aaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb0000000"
            })
    void whatLooksLikeOneIsRefusedWithoutALook(String text) {
        int before = parts.store.reads();
        assertRejected(judge(authenticator, Secret.of(text)), "no such API token");
        assertThat(parts.store.reads()).isEqualTo(before);
    }

    @Test
    void othersTokensAreOthers() {
        assertThat(judge(authenticator, Secret.of("eyJhbGciOi.x.y"))).isEqualTo(AuthenticationResult.notMine());
        assertThat(authenticator.authenticate(
                        new Credential.Basic("alice", Secret.of("gatehouse_x")), new View("up", "GET")))
                .isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void countsOnlyWhereItsLoginIsTaken() {
        ApiTokens.Issued issued = tokens.issue(alice("elsewhere"), "robot", LIFE, Set.of(), Set.of());
        assertRejected(judge(authenticator, issued.text()), "which this target does not take");
    }

    @Test
    void isGoodForNoMoreThanItWasMadeFor() {
        Secret text = issue("up").text();
        assertThat(authenticator.narrowed(bearer(text), new View("up", "GET"), Set.of("get")))
                .isEmpty();
        assertThat(authenticator.narrowed(bearer(text), new View("up", "POST"), Set.of("post")))
                .isPresent();
        assertThat(authenticator.narrowed(bearer(text), new View("down", "GET"), Set.of("get")))
                .isPresent();
        assertThat(authenticator.narrowed(bearer(text), new View("up", "GET"), Set.of("get", "impersonate")))
                .isPresent();
    }

    @Test
    void isGoodForNothingOnceItEndsWhileARequestIsJudged() {
        Secret text = issue("up").text();
        assertThat(judge(authenticator, text)).isInstanceOf(AuthenticationResult.Authenticated.class);
        parts.pass(LIFE);
        assertThat(authenticator.narrowed(bearer(text), new View("down", "DELETE"), Set.of("delete")))
                .isPresent();
    }

    @Test
    void nobodyIsLetInWithoutNews() {
        Secret text = issue().text();
        parts.store.breakDown(true);
        parts.pass(Duration.ofSeconds(31));
        assertThat(judge(authenticator, text)).isInstanceOf(AuthenticationResult.Unavailable.class);
    }

    @Test
    void theStoreKnowsNoSecret() {
        ApiTokens.Issued issued = issue();
        assertThat(parts.state.read("token", issued.token().id()))
                .hasValueSatisfying(entry -> assertThat(entry.toString())
                        .doesNotContain(
                                "alice",
                                "robot",
                                TokenText.parse(issued.text().reveal())
                                        .orElseThrow()
                                        .secret()));
    }

    @Test
    void saysWhatCanNotBe() {
        for (String name : new String[] {"", " ", "a\nb", "x".repeat(101)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tokens.issue(alice("corp"), name, LIFE, Set.of(), Set.of()))
                    .withMessageContaining("name");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.issue(alice("corp"), "x", Duration.ofDays(91), Set.of(), Set.of()))
                .withMessageContaining("at most 90 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.issue(alice("corp"), "x", LIFE, Set.of(), Set.of("GET")))
                .withMessageContaining("lower case");
    }

    @Test
    void onePersonHasNotMoreThanAHundred() {
        for (int i = 0; i < ApiTokens.MAX_PER_PERSON; i++) {
            issue();
        }
        assertThatIllegalArgumentException().isThrownBy(this::issue).withMessageContaining("revoke one first");
    }
}
