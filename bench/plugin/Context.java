package io.gatehouse.bench;

import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.PluginContext;
import java.nio.file.Path;
import java.time.Clock;

/** What a product needs that asks no cluster. */
record Context(String name, Path dataDirectory) implements PluginContext {

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public ClusterCalls clusters() {
        throw new UnsupportedOperationException("there are no clusters");
    }

    @Override
    public boolean checkOnly() {
        return false;
    }
}
