package io.gatehouse.pipeline;

import io.gatehouse.spi.Identity;
import java.util.function.Consumer;

/**
 * A request that lasts.
 *
 * @param question what was judged about it
 * @param identity who was proven
 * @param began {@link System#nanoTime} of its beginning, before it was judged
 * @param close ends it, for a reason that goes into the record
 */
record LiveStream(Question question, Identity identity, long began, Consumer<String> close) {

    /** Two streams are never the same, however alike. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
