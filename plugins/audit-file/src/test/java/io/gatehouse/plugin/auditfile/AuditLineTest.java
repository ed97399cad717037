package io.gatehouse.plugin.auditfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.TestEvents;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLineTest {

    private static String line(AuditEvent event) {
        StringBuilder text = new StringBuilder();
        AuditLine.write(event, text);
        return text.toString();
    }

    @Test
    void hasEveryField() {
        assertThat(line(TestEvents.close(7))).isEqualTo("""
                        {"kind":"close","time":"2026-06-01T12:00:00.123456Z","requestId":"request-7","run":"run-1",\
                        "sequence":7,"subject":{"user":"alice","uid":"42","groups":["dev","ops"],"method":"basic",\
                        "authenticator":"staff","credential":"session","impersonated":"bob"},"request":{"clientAddress":"10.0.0.1","target":"prod","method":"GET",\
                        "path":"/api","query":"watch=1","protocol":"HTTP/1.1","upgrade":"","userAgent":"kubectl",\
                        "kubernetes":{"resourceRequest":true,"verb":"watch","apiGroup":"apps","apiVersion":"v1",\
                        "namespace":"zoo","resource":"pods","subresource":"log","name":"lion","path":"/api",\
                        "fieldSelector":"a=b","labelSelector":"c=d"}},"verdict":{"decision":"allow",\
                        "reason":"policy.csv:7"},"completion":{"status":200,"bytesIn":1,"bytesOut":2,\
                        "durationMicros":3000,"end":"complete"}}
                        """);
    }

    @Test
    void leavesOutWhatIsAbsentAsAWhole() {
        AuditEvent full = TestEvents.open(1);
        AuditEvent bare = new AuditEvent(
                1,
                "r",
                AuditEvent.Kind.OPEN,
                "id",
                TestEvents.TIME,
                Optional.empty(),
                new AuditEvent.Request("", "", "", "", "", "", "", "", Optional.empty()),
                full.verdict(),
                Optional.empty());
        assertThat(line(bare)).startsWith(AuditLine.OPEN_START).doesNotContain("subject\"", "kubernetes", "completion");
        assertThat(AuditLine.read(line(bare))).isEqualTo(bare);
    }

    @Test
    void isReadBackAsItWas() {
        assertThat(AuditLine.read(line(TestEvents.close(1)))).isEqualTo(TestEvents.close(1));
        assertThat(AuditLine.read(line(TestEvents.open(2)))).isEqualTo(TestEvents.open(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"}\n{\"kind\":\"close\"",
                "\\",
                "\r\n",
                "\t\b\f\u0000\u001f\u007f\u009b",
                "\u2028\u2029",
                "\ud83e\udd81",
                "\ud800x",
                "x\udc00",
                "\ud83e",
                "${jndi:ldap://x}",
                "p\u00e4th"
            })
    void anyTextStaysOneLineAndComesBack(String path) {
        AuditEvent event = TestEvents.event(1, AuditEvent.Kind.CLOSE, "id", path);
        String line = line(event);
        assertThat(line.chars().filter(c -> c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029))
                .containsExactly((int) '\n');
        assertThat(AuditLine.read(line)).isEqualTo(event);
    }

    @Test
    void randomTextsComeBack() {
        Random random = new Random(1);
        for (int round = 0; round < 2000; round++) {
            String path = random.ints(20, 0, 0x10000)
                    .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                    .toString();
            AuditEvent event = TestEvents.event(round, AuditEvent.Kind.CLOSE, "id", path);
            assertThat(AuditLine.read(line(event))).isEqualTo(event);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}x", "{\"a\":}", "{\"a\":nothing}", "{\"a\":\"\\u12\"}", "[1]", "{\"a\":1"})
    void whatIsNoObjectIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> JsonReader.object(text));
    }

    @Test
    void deepNestingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonReader.object("{\"a\":" + "[".repeat(100_000)))
                .withMessage("too many levels");
    }
}
