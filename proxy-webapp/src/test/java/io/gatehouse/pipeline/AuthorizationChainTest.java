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

    private static Decision decide(String said, boolean all) {
        List<AuthorizationChain.Link> links = Arrays.stream(said.split(" "))
                .map(word -> new AuthorizationChain.Link(
                        word,
                        request -> decision(word),
                        PluginCall.direct(word, AuthorizationChainTest.class.getClassLoader())))
                .toList();
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
