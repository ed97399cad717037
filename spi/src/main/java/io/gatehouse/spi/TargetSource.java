package io.gatehouse.spi;

import java.util.List;

/** Where targets come from. */
public interface TargetSource extends AutoCloseable {

    /**
     * The targets now. Asked when the configuration is built and every few seconds after it; must answer quickly from
     * what is known. A definition that {@code equals} the one before keeps its connections.
     */
    List<TargetDefinition> targets();

    @Override
    default void close() {}
}
