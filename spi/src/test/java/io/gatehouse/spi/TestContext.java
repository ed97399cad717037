package io.gatehouse.spi;

import java.nio.file.Path;
import java.time.Clock;

/** A plugin context for tests. */
public record TestContext(String name, Path dataDirectory, Clock clock, ClusterCalls clusters, boolean checkOnly)
        implements PluginContext {

    private static final ClusterCalls NO_CLUSTERS = (target, path, json) -> {
        throw new ClusterUnavailableException("no target " + target);
    };

    public TestContext(String name, Path dataDirectory, Clock clock) {
        this(name, dataDirectory, clock, NO_CLUSTERS, false);
    }

    public TestContext withClusters(ClusterCalls calls) {
        return new TestContext(name, dataDirectory, clock, calls, checkOnly);
    }

    /** As {@code gatehouse check} makes it. */
    public TestContext onlyChecked() {
        return new TestContext(name, dataDirectory, clock, clusters, true);
    }

    public static TestContext in(Path dataDirectory) {
        return new TestContext("test", dataDirectory, Clock.systemUTC());
    }
}
