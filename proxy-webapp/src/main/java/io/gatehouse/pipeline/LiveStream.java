package io.gatehouse.pipeline;

import io.gatehouse.spi.Identity;
import java.util.function.Consumer;

/**
 * A request that lasts, or may.
 *
 * @param question what was judged about it
 * @param identity who was proven
 * @param lasting whether it is known to last: it will not end by itself
 * @param began {@link System#nanoTime} of its beginning, before it was judged
 * @param close ends it, for a reason that goes into the record
 * @param lookForClient ends it when its client has left; called about once a second
 */
record LiveStream(
        Question question,
        Identity identity,
        boolean lasting,
        long began,
        Consumer<String> close,
        Runnable lookForClient) {

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
