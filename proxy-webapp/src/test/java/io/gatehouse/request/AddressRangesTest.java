package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangesTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,      10.255.0.1,        true",
        "10.0.0.0/8,      11.0.0.1,          false",
        "10.0.0.0/9,      10.128.0.0,        false",
        "10.1.2.3,        10.1.2.3,          true",
        "10.1.2.3,        10.1.2.4,          false",
        "10.1.2.3/0,      203.0.113.9,       true",
        "10.0.0.0/8,      ::1,               false",
        "10.0.0.0/8,      ::ffff:10.0.0.1,   true",
        "::1,             ::1,               true",
        "::1,             0:0:0:0:0:0:0:1,   true",
        "2001:db8::/33,   2001:db8:7fff::1,  true",
        "2001:db8::/33,   2001:db8:8000::1,  false",
        "fe80::/10,       febf::1,           true",
        "::/0,            10.0.0.1,          false"
    })
    void compareBitByBit(String range, String address, boolean inside) {
        InetAddress parsed = AddressRanges.parse(address).orElseThrow();
        assertThat(AddressRanges.of(List.of(range)).contains(parsed)).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "example.com",
                "1.2.3",
                "1.2.3.4.5",
                "1..2.3",
                "256.1.1.1",
                "999.999.999.999",
                "1.2.3.4 ",
                " 1.2.3.4",
                "010.0.0.1",
                "0x7f.0.0.1",
                "1.2.3.4:80",
                "[::1]",
                "::1%eth0",
                "fe80::1%1",
                "1:2",
                ":::",
                "12345::",
                "١.2.3.4",
                "1.2.3.4\n",
                "::ffff:999.1.1.1",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void aTextThatIsNoLiteralIsNothing(String text) {
        assertThat(AddressRanges.parse(text)).isEmpty();
    }

    /** RFC 3986 3.2.2, IPv4address. */
    @Test
    void fourOctetsAreWhatTheGrammarSays() {
        String octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
        Pattern grammar = Pattern.compile(octet + "(\\." + octet + "){3}");
        Random random = new Random(4);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int part = random.nextInt(8) == 0 ? random.nextInt(6) : 4; part > 0; part--) {
                text.append(random.nextInt(12) == 0 ? "0" : "")
                        .append(random.nextInt(16) == 0 ? "" : random.nextInt(random.nextInt(8) == 0 ? 1500 : 256))
                        .append(part == 1 && random.nextInt(16) > 0 ? "" : ".");
            }
            String literal = text.toString();
            assertThat(AddressRanges.parse(literal).isPresent())
                    .as(literal)
                    .isEqualTo(grammar.matcher(literal).matches());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/a", "10/8"})
    void refusesWhatIsNoRange(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressRanges.of(List.of("10.0.0.1", text)))
                .withMessageStartingWith("\"" + text + "\"");
    }

    @Test
    void noneHasNothing() {
        assertThat(AddressRanges.none().isEmpty()).isTrue();
        assertThat(AddressRanges.none().contains(InetAddress.getLoopbackAddress()))
                .isFalse();
    }
}
