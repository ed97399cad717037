package io.gatehouse.log;

import ch.qos.logback.classic.pattern.TargetLengthBasedClassNameAbbreviator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * An event as text: time, level, logger, message. What a client or a server wrote can not forge another event: every line
 * but the first begins with a tab, and other control characters become spaces.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {

    private static final int LOGGER_LENGTH = 20;

    private final DateTimeFormatter time =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);
    private final TargetLengthBasedClassNameAbbreviator names =
            new TargetLengthBasedClassNameAbbreviator(LOGGER_LENGTH);

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(200);
        time.formatTo(event.getInstant(), line);
        line.append(' ').append(event.getLevel());
        if (event.getLevel().toString().length() < 5) {
            line.append(' ');
        }
        line.append(' ').append(names.abbreviate(event.getLoggerName())).append(" - ");
        appendVisible(line, String.valueOf(event.getFormattedMessage()));
        if (event.getThrowableProxy() != null) {
            line.append("\n\t");
            appendVisible(
                    line, ThrowableProxyUtil.asString(event.getThrowableProxy()).stripTrailing());
        }
        return line.append('\n').toString();
    }

    private static void appendVisible(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '\n') {
                line.append("\n\t");
            } else if (next != '\r' || i + 1 == text.length() || text.charAt(i + 1) != '\n') {
                boolean control = Character.isISOControl(next) && next != '\t';
                line.append(control || next == '\u2028' || next == '\u2029' ? ' ' : next);
            }
        }
    }
}
