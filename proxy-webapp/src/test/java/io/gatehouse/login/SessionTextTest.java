package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionTextTest {

    private static final Instant TIME = Instant.parse("2026-06-01T12:00:00.123Z");

    private static Session session(Identity identity) {
        return new Session("id", "corp", identity, TIME, TIME.plusSeconds(1), TIME.plusSeconds(2));
    }

    @Test
    void saysAllThatASessionIs() {
        Identity identity = new Identity(
                "Zo\u00eb O'Brien, Jr. \ud83d\ude00",
                Optional.of("uid-1"),
                List.of("a", "", "gr\u00fcn"),
                Map.of("x", List.of("1", "2"), "y", List.of()),
                "oidc",
                Optional.of(TIME));
        assertThat(SessionText.session(SessionText.of(session(identity)))).contains(session(identity));
        Identity plain = Identity.of("bob", "basic");
        assertThat(SessionText.session(SessionText.of(session(plain)))).contains(session(plain));
    }

    @Test
    void manyGroupsFitIntoACookie() {
        List<String> groups = IntStream.range(0, 250)
                .mapToObj(i -> "CN=team-" + i + ",OU=Groups,DC=corp,DC=example,DC=com")
                .toList();
        assertThat(SessionText.of(session(Identity.of("alice", "ldap").withGroups(groups))))
                .hasSizeLessThan(3_000);
    }

    @Test
    void whatItDidNotWriteIsNone() {
        byte[] text = SessionText.of(session(Identity.of("alice", "basic")));
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = Arrays.copyOf(text, random.nextInt(text.length + 1));
            if (changed.length > 0) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
            }
            SessionText.session(changed); // anything but an exception
        }
        assertThat(SessionText.session(new byte[0])).isEmpty();
        assertThat(SessionText.session(new byte[] {2, 1, 1})).isEmpty();
    }
}
