package io.gatehouse.spi;

import java.nio.file.Path;
import java.time.Clock;

/** What the host lends a product. */
public interface PluginContext {

    /** The name that the administrator gave to this product; unique among products of its kind. */
    String name();

    /** A folder of this product's own below {@code <home>/data}; it exists and only its owner can read it. */
    Path dataDirectory();

    /** The time; a test's own clock in tests. */
    Clock clock();

    /** The API servers behind the targets in force; from the first request on, not yet while products are made. */
    ClusterCalls clusters();

    /**
     * Whether the product is made only to see whether it can be, as by {@code gatehouse check}, perhaps beside a running
     * Gatehouse: nothing outside {@link #dataDirectory} may be made, opened for writing or locked then.
     */
    boolean checkOnly();
}
