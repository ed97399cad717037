package io.gatehouse.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogLineTest {

    private static String line(Level level, String message, Throwable thrown) {
        LoggingEvent event = new LoggingEvent(
                "test",
                new LoggerContext().getLogger("io.gatehouse.pipeline.Forwarding"),
                level,
                message,
                thrown,
                null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05Z"));
        return new LogLine().doLayout(event);
    }

    @Test
    void saysWhenHowBadWhereAndWhat() {
        assertThat(line(Level.WARN, "the target is slow", null))
                .isEqualTo("2026-01-02T03:04:05.000Z WARN  i.g.p.Forwarding - the target is slow\n");
        assertThat(line(Level.ERROR, "x", null)).startsWith("2026-01-02T03:04:05.000Z ERROR i.g.p.Forwarding - x");
    }

    @Test
    void aMessageCanNotBeginALine() {
        assertThat(line(Level.INFO, "a\r\nb\nc\rd\u0000e\u001b[2Jf\u0085g\u2028h\ti", null))
                .endsWith(" - a\n\tb\n\tc d e [2Jf g h\ti\n");
    }

    @Test
    void noLineOfAnExceptionLooksLikeAnEvent() {
        String text = line(Level.INFO, "x", new IllegalStateException("a\n2026-01-02T03:04:05.000Z ERROR forged"));
        assertThat(text.lines().skip(1))
                .isNotEmpty()
                .allMatch(next -> next.startsWith("\t"))
                .contains("\tjava.lang.IllegalStateException: a", "\t2026-01-02T03:04:05.000Z ERROR forged")
                .anyMatch(next -> next.startsWith("\t\tat "));
    }
}
