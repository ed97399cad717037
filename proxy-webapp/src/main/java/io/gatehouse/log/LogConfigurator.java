package io.gatehouse.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * The log: to the standard error stream, which a container or a service manager keeps. Written as code, as reading it from
 * XML would take a tenth of the start. The system property {@code gatehouse.log.level} sets the level; who wants more names
 * a file of Logback's by {@code logback.configurationFile}, which then counts instead.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {

    private static final Map<String, Level> LEVELS = Map.of(
            // These print headers, and so credentials, when they are let.
            "org.apache.http", Level.WARN,
            "org.eclipse.jetty", Level.WARN,
            // It warns whenever a broken answer is cut on purpose.
            "org.eclipse.jetty.ee10.servlet.ServletChannel", Level.ERROR);

    @Override
    public ExecutionStatus configure(LoggerContext logback) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        LogLine layout = new LogLine();
        layout.setContext(logback);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(logback);
        encoder.setLayout(layout);
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(logback);
        console.setName("console");
        console.setTarget("System.err");
        console.setEncoder(encoder);
        encoder.start();
        console.start();
        Logger root = logback.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty("gatehouse.log.level"), Level.INFO));
        root.addAppender(console);
        LEVELS.forEach((name, level) -> logback.getLogger(name).setLevel(level));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
