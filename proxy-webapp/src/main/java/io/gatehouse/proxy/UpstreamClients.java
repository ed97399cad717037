package io.gatehouse.proxy;

import io.gatehouse.target.Target;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The clients of all targets: one a target, made at its first request and kept as long as the target. */
public final class UpstreamClients {

    private final Map<Target, UpstreamClient> clients = new ConcurrentHashMap<>();
    private final Map<Target, Http2Client> http2Clients = new ConcurrentHashMap<>();
    private volatile Duration idle;

    /** @param idle how long a lasting answer may be silent */
    public UpstreamClients(Duration idle) {
        this.idle = idle;
    }

    UpstreamClient of(Target target) {
        UpstreamClient known = clients.get(target);
        return known != null ? known : clients.computeIfAbsent(target, wanted -> new UpstreamClient(wanted, idle));
    }

    /** A target's client for HTTP/2; nothing of Jetty is loaded before the first one is asked for. */
    Http2Client http2(Target target) {
        Http2Client known = http2Clients.get(target);
        return known != null ? known : http2Clients.computeIfAbsent(target, Http2Client::new);
    }

    /** How long a lasting answer may be silent. */
    Duration idle() {
        return idle;
    }

    /** Applies to targets that are used for the first time from now on. */
    public void idle(Duration newIdle) {
        idle = newIdle;
    }

    /**
     * Breaks connections to upstreams that do not read, do not answer in time, or are not there any more, and closes those
     * that nobody has used for a while; call it about once a second.
     *
     * @param now {@link System#nanoTime}
     */
    public void lookAfterConnections(long now) {
        clients.values().forEach(client -> client.giveUpStuck(now));
        clients.values().forEach(UpstreamClient::closeIdle);
        for (Http2Client client : http2Clients.values()) { // a lambda would load the class where there is none
            client.lookAfter(now);
        }
    }

    /** Closes the clients of all targets but these. */
    public void retainOnly(Collection<Target> targets) {
        Set<Target> kept = Set.copyOf(targets);
        retainOnly(kept, clients, UpstreamClient::close);
        retainOnly(kept, http2Clients, Http2Client::close);
    }

    private static <C> void retainOnly(Set<Target> kept, Map<Target, C> clients, Consumer<C> close) {
        clients.entrySet().removeIf(entry -> {
            boolean gone = !kept.contains(entry.getKey());
            if (gone) {
                close.accept(entry.getValue());
            }
            return gone;
        });
    }
}
