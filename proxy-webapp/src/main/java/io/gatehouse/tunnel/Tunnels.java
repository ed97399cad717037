package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.TOO_MANY_TUNNELS;

import io.gatehouse.request.HopByHop;
import io.gatehouse.request.ManagedHeaders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All tunnels of the application, their threads, and one thread for all time bounds. Made once at start, closed at
 * undeploy.
 */
public final class Tunnels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnels.class);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
    private static final long GREATEST_TICK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LEAST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TunnelLimits limits;
    private final UpgradeHandshake handshake;
    private final LongSupplier clock;
    private final ExecutorService threads;
    private final ScheduledExecutorService scheduler;
    private final Set<Tunnel> live = ConcurrentHashMap.newKeySet();
    private final AtomicReference<UpgradeTunnel> container = new AtomicReference<>();
    private final Object changed = new Object();
    /** Guarded by {@link #changed}. */
    private int open;

    /** Guarded by {@link #changed}. */
    private boolean closing;

    public Tunnels(TunnelLimits limits, HandshakeLimits handshakeLimits) {
        this(limits, handshakeLimits, System::nanoTime);
    }

    Tunnels(TunnelLimits limits, HandshakeLimits handshakeLimits, LongSupplier clock) {
        this.limits = limits;
        this.clock = clock;
        threads = StreamThreads.forTunnels(limits.tunnels());
        scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "gatehouse-tunnel-clock");
            thread.setDaemon(true);
            return thread;
        });
        handshake = new UpgradeHandshake(scheduler, handshakeLimits);
        long tick = Math.min(limits.stall().toNanos(), limits.halfClose().toNanos()) / 4;
        tick = Math.max(LEAST_TICK_NANOS, Math.min(GREATEST_TICK_NANOS, tick));
        scheduler.scheduleWithFixedDelay(this::check, tick, tick, TimeUnit.NANOSECONDS);
    }

    /**
     * Asks the upstream to switch protocols; blocks for the bounds of the {@link HandshakeLimits}.
     *
     * @throws UpgradeException whose reason has the status for the client; nothing stays open then
     */
    public UpgradeAnswer handshake(UpstreamEndpoint endpoint, RequestHead head) throws UpgradeException {
        synchronized (changed) {
            refuseWhenFull();
        }
        return handshake.send(endpoint, head);
    }

    /**
     * Answers the client with the 101 (over HTTP/2: the 200) and the headers of {@code switched} that belong there, and
     * joins the two connections. The caller returns from {@code service()} right after it, without touching the streams
     * of the request and the response, and without {@code startAsync}.
     *
     * @param observer told once at the end, also when the container never comes to start the tunnel; not told when this
     *     method throws
     * @throws UpgradeException {@code TOO_MANY_TUNNELS} or {@code UNKNOWN_CONTAINER}; the upstream is closed then, and
     *     the response is not committed
     */
    public Tunnel open(
            HttpServletRequest request,
            HttpServletResponse response,
            UpgradeRequest upgrade,
            UpgradeAnswer.Switched switched,
            TunnelObserver observer)
            throws UpgradeException {
        boolean done = false;
        try {
            UpgradeTunnel way = way(request);
            Tunnel tunnel = register(switched, observer);
            prepare(response, upgrade, switched);
            try {
                way.handOver(request, response, tunnel);
            } catch (UpgradeException | RuntimeException | Error e) {
                forget(tunnel);
                response.reset();
                throw e;
            }
            done = true;
            return tunnel;
        } finally {
            if (!done) {
                switched.close();
            }
        }
    }

    private UpgradeTunnel way(HttpServletRequest request) throws UpgradeException {
        UpgradeTunnel way = container.get();
        if (way == null) {
            way = UpgradeTunnel.of(request);
            container.set(way);
        }
        return way;
    }

    private Tunnel register(UpgradeAnswer.Switched switched, TunnelObserver observer) throws UpgradeException {
        Tunnel tunnel =
                new Tunnel(switched.connection(), limits, threads, clock, (ended, end) -> ended(ended, end, observer));
        synchronized (changed) {
            refuseWhenFull();
            open++;
            live.add(tunnel);
        }
        return tunnel;
    }

    private void refuseWhenFull() throws UpgradeException {
        if (closing || open >= limits.tunnels()) {
            throw new UpgradeException(TOO_MANY_TUNNELS, "There are " + open + " tunnels open, or we are closing");
        }
    }

    private static void prepare(HttpServletResponse response, UpgradeRequest upgrade, UpgradeAnswer.Switched switched) {
        response.setStatus(upgrade.overHttp2() ? 200 : 101);
        Set<String> nominated = HopByHop.nominated(
                HeaderField.values(switched.headers(), "Connection").iterator());
        for (HeaderField header : switched.headers()) {
            String folded = ManagedHeaders.fold(header.name());
            boolean onlyHttp1 = upgrade.overHttp2() && header.is("Sec-WebSocket-Accept");
            boolean framing = HopByHop.contains(folded) || folded.equals("content-length");
            if (!onlyHttp1 && !framing && !nominated.contains(folded)) {
                response.addHeader(header.name(), header.value());
            }
        }
        if (!upgrade.overHttp2()) {
            response.setHeader("Connection", "Upgrade");
            response.setHeader("Upgrade", switched.protocol().token());
        }
    }

    private void ended(Tunnel tunnel, TunnelEnd end, TunnelObserver observer) {
        try {
            observer.ended(end);
        } catch (RuntimeException | Error e) {
            LOG.error("An observer of a tunnel failed", e);
        } finally {
            forget(tunnel);
        }
    }

    private void forget(Tunnel tunnel) {
        if (live.remove(tunnel)) {
            synchronized (changed) {
                open--;
                changed.notifyAll();
            }
        }
    }

    private void check() {
        for (Tunnel tunnel : live) {
            try {
                tunnel.check();
            } catch (RuntimeException | Error e) {
                LOG.error("Checking a tunnel failed", e);
            }
        }
    }

    /** How many are open now, those that are just closing among them. */
    public int size() {
        return live.size();
    }

    /**
     * Closes all and waits until they have ended.
     *
     * @return whether all have ended within the bound
     */
    public boolean closeAll(String text, Duration bound) throws InterruptedException {
        live.forEach(tunnel -> tunnel.close(text));
        long until = System.nanoTime() + bound.toNanos();
        synchronized (changed) {
            while (open > 0) {
                long milliseconds = (until - System.nanoTime()) / 1_000_000;
                if (milliseconds <= 0) {
                    return false;
                }
                changed.wait(milliseconds);
            }
        }
        return true;
    }

    /** Refuses new ones, closes all within 5 seconds, and ends the threads. */
    @Override
    public void close() {
        synchronized (changed) {
            closing = true;
        }
        try {
            if (!closeAll("Gatehouse is stopping", CLOSE_BOUND)) {
                LOG.warn("{} tunnels did not end within {}", size(), CLOSE_BOUND);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scheduler.shutdownNow();
        threads.shutdownNow();
    }
}
