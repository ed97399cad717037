package io.gatehouse.pipeline;

/**
 * What one person may have under way over all targets together. Each holds a thread, of which the container, or a JVM
 * without good virtual threads, has only so many for everybody.
 *
 * @param requests ordinary ones
 * @param streams that last
 */
public record PersonLimits(int requests, int streams) {}
