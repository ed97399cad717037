package io.gatehouse.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** The log of a command that prints its findings itself. */
public final class Logging {

    private Logging() {}

    /** Errors only reach the terminal as what the command prints. */
    public static void quiet() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    }
}
