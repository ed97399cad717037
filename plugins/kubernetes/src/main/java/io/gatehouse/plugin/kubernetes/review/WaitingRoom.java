package io.gatehouse.plugin.kubernetes.review;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** How many requests may wait for reviews: they hold threads of the container, and one slow cluster must not hold all. */
final class WaitingRoom {

    static final int FOR_A_CLUSTER = 32;
    static final int IN_ALL = 96;

    private final Semaphore all = new Semaphore(IN_ALL);
    private final Map<String, Semaphore> clusters = new ConcurrentHashMap<>();

    boolean enter(String cluster) {
        if (!all.tryAcquire()) {
            return false;
        }
        if (!of(cluster).tryAcquire()) {
            all.release();
            return false;
        }
        return true;
    }

    void leave(String cluster) {
        of(cluster).release();
        all.release();
    }

    private Semaphore of(String cluster) {
        return clusters.computeIfAbsent(cluster, unknown -> new Semaphore(FOR_A_CLUSTER));
    }
}
