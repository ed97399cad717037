package io.gatehouse.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts what is under way, so that one person with a thousand watches, or a hundred uploads that never end, leaves room
 * for others.
 */
public final class Places {

    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    /** A place that was taken; running it gives it back, once. */
    public interface Place extends Runnable {}

    /** At most so many at once under one key. */
    public record Bound(String key, int most) {}

    /** Takes a place under every bound; nothing when one of them has no more. */
    public Optional<Place> enter(List<Bound> bounds) {
        for (int i = 0; i < bounds.size(); i++) {
            if (!take(bounds.get(i))) {
                bounds.subList(0, i).forEach(this::giveBack);
                return Optional.empty();
            }
        }
        AtomicBoolean given = new AtomicBoolean();
        return Optional.of(() -> {
            if (given.compareAndSet(false, true)) {
                bounds.forEach(this::giveBack);
            }
        });
    }

    private boolean take(Bound bound) {
        boolean[] got = new boolean[1];
        taken.compute(bound.key(), (key, count) -> {
            int before = count == null ? 0 : count;
            got[0] = before < bound.most();
            return got[0] ? Integer.valueOf(before + 1) : count;
        });
        return got[0];
    }

    private void giveBack(Bound bound) {
        taken.computeIfPresent(bound.key(), (key, count) -> count <= 1 ? null : count - 1);
    }
}
