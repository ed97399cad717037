package io.gatehouse.plugin;

/** A plugin that can not be used. The message names the jar and the cause in one line. */
public final class PluginLoadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PluginLoadException(String message) {
        super(message);
    }

    PluginLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
