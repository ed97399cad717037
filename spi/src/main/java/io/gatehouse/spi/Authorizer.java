package io.gatehouse.spi;

/** Tells whether they may. Called by many requests at once, and again for live streams after a reload. */
public interface Authorizer extends AutoCloseable {

    /** Judges a request. An exception counts as unavailable and is logged as a bug. */
    Decision authorize(AccessRequest request);

    @Override
    default void close() {}
}
