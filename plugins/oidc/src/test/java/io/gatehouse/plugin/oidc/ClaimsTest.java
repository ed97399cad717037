package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the claims of a genuine token must be. */
class ClaimsTest {

    private OidcFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new OidcFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String refusal(String claim, String json) {
        return fixture.refusal(fixture.token().claim(claim, json).signed());
    }

    private Identity identity(String claim, String json) {
        return fixture.identity(fixture.token().claim(claim, json));
    }

    private String seconds(long fromNow) {
        return String.valueOf(fixture.clock.instant().getEpochSecond() + fromNow);
    }

    @Test
    void needsAnEnd() {
        assertThat(fixture.refusal(fixture.token().without("exp").signed())).isEqualTo("the token has no end (exp)");
        assertThat(refusal("exp", "null")).isEqualTo("the token has no end (exp)");
        assertThat(refusal("exp", seconds(0))).startsWith("the token has expired at ");
        assertThat(identity("exp", seconds(1)).user()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1893456000\"",
                "true",
                "[1]",
                "{}",
                "-1",
                "1e300",
                "1E+99999999",
                "1E-99999999",
                "253402300800",
                "0.1234567890123456"
            })
    void refusesTimesThatAreNone(String json) {
        for (String claim : List.of("exp", "nbf", "iat")) {
            assertThat(refusal(claim, json)).isEqualTo("the claim " + claim + " is not a time");
        }
    }

    @Test
    void refusesAnEndThatIsFarAway() {
        assertThat(refusal("exp", "253402300799")).contains("max-lifetime");
        assertThat(refusal("exp", seconds(Duration.ofDays(7).toSeconds() + 1))).contains("max-lifetime");
        assertThat(identity("exp", seconds(Duration.ofDays(7).toSeconds())).user())
                .isEqualTo("alice");
    }

    @Test
    void takesAFractionOfASecond() {
        assertThat(identity("exp", seconds(10) + ".5").expires())
                .contains(fixture.clock.instant().plusSeconds(10));
    }

    @Test
    void bearsTheSkewOfClocks() {
        assertThat(identity("nbf", seconds(60)).user()).isEqualTo("alice");
        assertThat(identity("iat", seconds(60)).user()).isEqualTo("alice");
        assertThat(refusal("nbf", seconds(61))).isEqualTo("the token is not valid yet (nbf)");
        assertThat(refusal("iat", seconds(61))).isEqualTo("the token was issued in the future (iat)");
    }

    @Test
    void mustBeForUs() {
        String other = "the token is for another audience (aud)";
        assertThat(fixture.refusal(fixture.token().without("aud").signed())).isEqualTo(other);
        assertThat(refusal("aud", "\"another\"")).isEqualTo(other);
        assertThat(refusal("aud", "\"Gatehouse\"")).isEqualTo(other);
        assertThat(refusal("aud", "\"\"")).isEqualTo(other);
        assertThat(refusal("aud", "[]")).isEqualTo(other);
        assertThat(refusal("aud", "[\"another\",\"gatehouse2\"]")).isEqualTo(other);
        assertThat(identity("aud", "[\"gatehouse\"]").user()).isEqualTo("alice");
        assertThat(refusal("aud", "7")).isEqualTo("the claim aud is not a text or a list of texts");
        assertThat(refusal("aud", "[\"gatehouse\",7]")).isEqualTo("the claim aud is not a text or a list of texts");
        assertThat(refusal("aud", "[[\"gatehouse\"]]")).isEqualTo("the claim aud is not a text or a list of texts");
        assertThat(refusal("aud", strings(101))).isEqualTo("the claim aud has more than 100 values");
    }

    @Test
    void takesEveryAudienceThatIsWritten() {
        fixture.with(OidcSettings.AUDIENCES, List.of("kubectl", "robots"));
        assertThat(identity("aud", "\"robots\"").user()).isEqualTo("alice");
        assertThat(refusal("aud", "\"gatehouse\"")).contains("(aud)");
    }

    /** OpenID Connect Core 3.1.3.7: of several audiences one must be who asked. */
    @Test
    void looksAtThePartyWhenThereAreSeveralAudiences() {
        TestToken token = fixture.token().claim("aud", "[\"other\",\"gatehouse\"]");
        assertThat(fixture.refusal(token.signed()))
                .isEqualTo("the token is for several audiences and does not say for which client (azp)");
        assertThat(fixture.refusal(token.claim("azp", "\"other\"").signed()))
                .isEqualTo("the token was issued to another client (azp)");
        assertThat(fixture.refusal(token.claim("azp", "[\"gatehouse\"]").signed()))
                .isEqualTo("the claim azp is not a text");
        assertThat(fixture.identity(token.claim("azp", "\"gatehouse\"")).user()).isEqualTo("alice");
    }

    @Test
    void takesThePartiesThatAreWritten() {
        fixture.with(OidcSettings.AUTHORIZED_PARTIES, List.of("cli"));
        assertThat(identity("azp", "\"cli\"").user()).isEqualTo("alice");
        assertThat(refusal("azp", "\"gatehouse\"")).isEqualTo("the token was issued to another client (azp)");
        assertThat(fixture.refusal(fixture.token().signed()))
                .isEqualTo("the token does not say for which client it is (azp)");
    }

    @Test
    void refusesALogoutToken() {
        assertThat(refusal("events", "{\"http://schemas.openid.net/event/backchannel-logout\":{}}"))
                .contains("(events)");
    }

    @Test
    void needsTheClaimsThatAreRequired() {
        fixture.with(OidcSettings.REQUIRED_CLAIMS, List.of("hd=example.com", "/access/roles=kube", "mfa=true"));
        TestToken token = fixture.token()
                .claim("hd", "\"example.com\"")
                .claim("access", "{\"roles\":[\"a\",\"kube\"]}")
                .claim("mfa", "true");
        assertThat(fixture.identity(token).user()).isEqualTo("alice");
        assertThat(fixture.refusal(token.claim("mfa", "false").signed()))
                .isEqualTo("the required claim mfa is missing or another");
        assertThat(fixture.refusal(token.claim("mfa", "true")
                        .claim("access", "{\"roles\":[\"kubes\"]}")
                        .signed()))
                .isEqualTo("the required claim /access/roles is missing or another");
        assertThat(fixture.refusal(token.without("hd").signed()))
                .isEqualTo("the required claim hd is missing or another");
    }

    @Test
    void readsNestedAndSingleClaims() {
        fixture.with(OidcSettings.USERNAME_CLAIM, "/who/na~1me").with(OidcSettings.GROUPS_CLAIM, "/realm/roles");
        TestToken token = fixture.token().claim("who", "{\"na/me\":\"bob\"}").claim("realm", "{\"roles\":\"dev\"}");
        assertThat(fixture.identity(token))
                .extracting(Identity::user, Identity::groups)
                .containsExactly("bob", List.of("dev"));
        assertThat(fixture.refusal(fixture.token().claim("who", "\"bob\"").signed()))
                .isEqualTo("the claim /who/na~1me, the user name, is missing");
    }

    @Test
    void takesNoGroupsWhereThereAreNone() {
        assertThat(fixture.identity(fixture.token()).groups()).isEmpty();
        assertThat(identity("groups", "null").groups()).isEmpty();
        assertThat(identity("groups", "[]").groups()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "true", "{}", "[7]", "[[\"a\"]]", "[null]", "{\"a\":\"b\"}"})
    void refusesGroupsThatAreNoTexts(String json) {
        assertThat(refusal("groups", json)).isEqualTo("the claim groups is not a text");
    }

    @Test
    void boundsTheGroups() {
        assertThat(identity("groups", strings(1_000)).groups()).hasSize(1_000);
        assertThat(refusal("groups", strings(5_000))).isEqualTo("the token names more than 1000 groups");
    }

    private static String strings(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"g" + i + '"').collect(Collectors.joining(",", "[", "]"));
    }

    /** Some groups less could be a rule less that denies. */
    @Test
    void refusesGroupsThatStandElsewhere() {
        assertThat(refusal("_claim_names", "{\"groups\":\"src1\"}")).contains("(_claim_names)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\\r\\nX-Remote-User: b\"", "\"a\\u0000\"", "\"\"", "\" \"", "\"a \"", "\"\\u007f\""})
    void refusesNamesThatCanNotBeWritten(String json) {
        assertThat(refusal("sub", json)).contains("control character");
        assertThat(refusal("groups", "[\"dev\"," + json + "]")).contains("control character");
    }

    @Test
    void refusesUsersThatAreNone() {
        assertThat(refusal("sub", "7")).isEqualTo("the claim sub is not a text");
        assertThat(refusal("sub", "[\"alice\"]")).isEqualTo("the claim sub is not a text");
        assertThat(refusal("sub", "null")).isEqualTo("the claim sub, the user name, is missing");
        assertThat(refusal("sub", '"' + "a".repeat(1_025) + '"')).contains("longer than 1024");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "false,false", "\"true\",false", "1,false", "null,true", ",true"})
    void takesAnEmailThatIsNotUnverified(String verified, boolean taken) {
        fixture.with(OidcSettings.USERNAME_CLAIM, "email");
        TestToken token = fixture.token().claim("email", "\"a@example.com\"");
        token = verified == null ? token : token.claim("email_verified", verified);
        assertThat(fixture.ask(token.signed()).toString().contains("a@example.com"))
                .isEqualTo(taken);
    }

    @Test
    void takesAVerifiedEmailOnlyWhereThatIsRequired() {
        fixture.with(OidcSettings.USERNAME_CLAIM, "email").with(OidcSettings.REQUIRE_VERIFIED_EMAIL, true);
        TestToken token = fixture.token().claim("email", "\"a@example.com\"");
        assertThat(fixture.refusal(token.signed())).isEqualTo("the claim email_verified is missing");
        assertThat(fixture.identity(token.claim("email_verified", "true")).user())
                .isEqualTo("a@example.com");
    }

    @Test
    void refusesNamesOfTheCluster() {
        String why = " begins with system:, which is a cluster's own; list it in allow-system to take it";
        assertThat(refusal("sub", "\"system:admin\"")).isEqualTo("the user name" + why);
        assertThat(refusal("groups", "[\"dev\",\"system:masters\"]")).isEqualTo("a group" + why);
    }

    /** What counts is the name as it comes out. */
    @Test
    void looksForNamesOfTheClusterBehindThePrefix() {
        fixture.with(OidcSettings.USER_PREFIX, "sys").with(OidcSettings.GROUP_PREFIX, "system:");
        assertThat(refusal("sub", "\"tem:admin\"")).startsWith("the user name begins with system:");
        assertThat(refusal("groups", "\"masters\"")).startsWith("a group begins with system:");
        assertThat(identity("sub", "\"system:admin\"").user()).isEqualTo("syssystem:admin");
    }

    @Test
    void takesNamesOfTheClusterThatAreListed() {
        fixture.with(OidcSettings.ALLOW_SYSTEM, List.of("system:monitoring"));
        assertThat(identity("groups", "\"system:monitoring\"").groups()).containsExactly("system:monitoring");
        assertThat(refusal("groups", "\"system:masters\"")).startsWith("a group");
    }

    @Test
    void leavesOutIdsThatAreNoneForARecord() {
        for (String id : List.of("7", "\"a\\nb\"", '"' + "a".repeat(201) + '"', "\"\"")) {
            assertThat(identity("jti", id).extra()).isEmpty();
        }
    }

    @Test
    void takesWhatElseIsAskedForAsExtras() {
        fixture.with(OidcSettings.EXTRA_CLAIMS, List.of("example.com/namespace=/team/space", "example.com/costs=cost"));
        Identity identity = fixture.identity(fixture.token()
                .claim("team", "{\"space\":\"alpha\"}")
                .claim("cost", "[\"1\",\"2\"]")
                .claim("jti", "\"t1\""));
        assertThat(identity.extra())
                .containsEntry("example.com/namespace", List.of("alpha"))
                .containsEntry("example.com/costs", List.of("1", "2"))
                .containsEntry("authentication.kubernetes.io/credential-id", List.of("JTI=t1"))
                .hasSize(3);
        assertThat(identity("cost", "[]").extra()).doesNotContainKey("example.com/costs");
        assertThat(identity("cost", "null").extra()).doesNotContainKey("example.com/costs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "{}", "[\"a\",1]", "\"\"", "\"a\\r\\nX-Remote-User: bob\""})
    void refusesExtrasThatAreNoTexts(String json) {
        fixture.with(OidcSettings.EXTRA_CLAIMS, List.of("example.com/costs=cost"));
        assertThat(refusal("cost", json)).startsWith("the claim cost is ");
    }

    @Test
    void refusesTooManyValuesOfAnExtra() {
        fixture.with(OidcSettings.EXTRA_CLAIMS, List.of("example.com/costs=cost"));
        String many = IntStream.range(0, 33).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(",", "[", "]"));
        assertThat(refusal("cost", many)).isEqualTo("the claim cost has more than 32 values");
    }

    @Test
    void takesTheTokensOfKubectlsOwnClient() {
        fixture.with(OidcSettings.KUBECTL_CLIENT_ID, "kubectl").with(OidcSettings.AUTHORIZED_PARTIES, List.of("cli"));
        assertThat(fixture.identity(fixture.token().claim("aud", "\"kubectl\"").claim("azp", "\"kubectl\""))
                        .user())
                .isEqualTo("alice");
        assertThat(fixture.refusal(fixture.token()
                        .claim("aud", "\"kubectl\"")
                        .claim("azp", "\"other\"")
                        .signed()))
                .isEqualTo("the token was issued to another client (azp)");
    }
}
