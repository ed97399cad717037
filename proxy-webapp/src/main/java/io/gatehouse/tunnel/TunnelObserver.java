package io.gatehouse.tunnel;

/** Is told when a tunnel is over. */
@FunctionalInterface
public interface TunnelObserver {
    /**
     * Called exactly once for each tunnel that was opened, when both directions have come to rest, on a thread of the
     * tunnels; must not block. What it throws is logged and dropped.
     */
    void ended(TunnelEnd end);
}
