package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizationChainTest {

    private static final AccessRequest REQUEST = new AccessRequest(
            Identity.of("alice", "basic"),
            "staff",
            InetAddress.getLoopbackAddress(),
            "wiki",
            "GET",
            "/",
            "",
            Optional.empty(),
            Map.of(),
            Optional.empty());

    /** What each authorizer says, what any and what all of them come to. */
    @ParameterizedTest
    @CsvSource({
        "allow, allow, allow",
        "allow deny, deny, deny",
        "allow invalid, allow, invalid",
        "allow unavailable, allow, unavailable",
        "allow silent, allow, deny",
        "invalid deny, deny, deny",
        "invalid unavailable, invalid, invalid",
        "unavailable invalid, invalid, invalid",
        "silent invalid, invalid, invalid",
        "silent unavailable, unavailable, unavailable",
        "silent, deny, deny"
    })
    void combines(String said, String any, String all) {
        assertThat(word(decide(said, false))).isEqualTo(any);
        assertThat(word(decide(said, true))).isEqualTo(all);
    }

    @Test
    void nobodyToAskIsADeny() {
        for (boolean all : new boolean[] {false, true}) {
            assertThat(new AuthorizationChain(List.of(), all).decide(REQUEST))
                    .isEqualTo(Decision.deny("no authorizer"));
        }
    }

    @Test
    void oneThatFailsIsUnavailable() {
        AuthorizationChain.Link failing = new AuthorizationChain.Link(
                "one",
                request -> {
                    throw new IllegalStateException("broken");
                },
                PluginCall.direct("one", AuthorizationChainTest.class.getClassLoader()));
        assertThat(new AuthorizationChain(List.of(failing), false).decide(REQUEST))
                .isInstanceOf(Decision.Unavailable.class);
    }

    /** So that a record names the same one as long as the rules are the same. */
    @Test
    void theFirstThatAllowsIsNamed() {
        List<AuthorizationChain.Link> links = List.of(link("one", "allow"), link("two", "allow"));
        assertThat(new AuthorizationChain(links, true).decide(REQUEST)).isEqualTo(Decision.allow("one: why"));
    }

    private static AuthorizationChain.Link link(String name, String word) {
        return new AuthorizationChain.Link(
                name,
                request -> decision(word),
                PluginCall.direct(name, AuthorizationChainTest.class.getClassLoader()));
    }

    private static Decision decide(String said, boolean all) {
        List<AuthorizationChain.Link> links =
                Arrays.stream(said.split(" ")).map(word -> link(word, word)).toList();
        return new AuthorizationChain(links, all).decide(REQUEST);
    }

    private static Decision decision(String word) {
        return switch (word) {
            case "allow" -> Decision.allow("why");
            case "deny" -> Decision.deny("why");
            case "invalid" -> Decision.invalid("why", "the parameter is missing");
            case "unavailable" -> Decision.unavailable("why");
            default -> Decision.noOpinion("why");
        };
    }

    private static String word(Decision decision) {
        assertThat(decision.reason()).endsWith(": why");
        if (decision instanceof Decision.Invalid invalid) {
            assertThat(invalid.message()).isEqualTo("the parameter is missing");
        }
        return decision.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}
