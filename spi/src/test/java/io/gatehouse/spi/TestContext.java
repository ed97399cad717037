package io.gatehouse.spi;

import java.nio.file.Path;
import java.time.Clock;

/** A plugin context for tests. */
public record TestContext(String name, Path dataDirectory, Clock clock) implements PluginContext {

    public static TestContext in(Path dataDirectory) {
        return new TestContext("test", dataDirectory, Clock.systemUTC());
    }
}
