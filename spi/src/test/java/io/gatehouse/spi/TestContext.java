package io.gatehouse.spi;

import java.nio.file.Path;
import java.time.Clock;

/** A plugin context for tests. */
public record TestContext(String name, Path dataDirectory, Clock clock, boolean checkOnly) implements PluginContext {

    public TestContext(String name, Path dataDirectory, Clock clock) {
        this(name, dataDirectory, clock, false);
    }

    public static TestContext in(Path dataDirectory) {
        return new TestContext("test", dataDirectory, Clock.systemUTC());
    }
}
