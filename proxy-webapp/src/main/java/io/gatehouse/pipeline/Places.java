package io.gatehouse.pipeline;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts what is under way by target and person, so that one person with a thousand watches, or a hundred uploads that
 * never end, leaves room for others.
 */
final class Places {

    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    /** A place that was taken; running it gives it back, once. */
    interface Place extends Runnable {}

    /** Takes a place; nothing when the target or the person has no more. */
    Optional<Place> enter(String target, String user, int mostOfAll, int mostOfOne) {
        String person = target + "/" + user;
        if (!take(target, mostOfAll)) {
            return Optional.empty();
        }
        if (!take(person, mostOfOne)) {
            giveBack(target);
            return Optional.empty();
        }
        AtomicBoolean given = new AtomicBoolean();
        return Optional.of(() -> {
            if (given.compareAndSet(false, true)) {
                giveBack(target);
                giveBack(person);
            }
        });
    }

    private boolean take(String key, int most) {
        boolean[] got = new boolean[1];
        taken.compute(key, (name, count) -> {
            int before = count == null ? 0 : count;
            got[0] = before < most;
            return got[0] ? Integer.valueOf(before + 1) : count;
        });
        return got[0];
    }

    private void giveBack(String key) {
        taken.computeIfPresent(key, (name, count) -> count <= 1 ? null : count - 1);
    }
}
