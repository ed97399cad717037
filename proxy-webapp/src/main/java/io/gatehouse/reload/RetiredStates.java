package io.gatehouse.reload;

import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.proxy.UpstreamClients;
import io.gatehouse.target.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * States that were replaced a moment ago. Requests that were judged by them may still hold what they had, so each waits a
 * while, and then only that is closed which no other state has. Sinks are closed by the audit thread.
 */
final class RetiredStates {

    private final PluginRepository plugins;
    private final UpstreamClients clients;
    private final List<State> waiting = new ArrayList<>();

    RetiredStates(PluginRepository plugins, UpstreamClients clients) {
        this.plugins = plugins;
        this.clients = clients;
    }

    /** Begins to wait. */
    void add(State replaced) {
        waiting.add(replaced);
    }

    /** Ends the waiting of a state. */
    void retire(State old, State inForce) {
        waiting.removeIf(state -> state == old);
        List<State> used = used(inForce);
        closeProducts(old, instances(used));
        List<Target> targets = new ArrayList<>();
        used.forEach(state -> targets.addAll(state.targets().values()));
        clients.retainOnly(targets);
        closePlugins(inForce);
    }

    /** Closes the plugins of no state, as those of one that was not taken into use. */
    void closePlugins(State inForce) {
        plugins.retainOnly(used(inForce).stream().map(State::catalog).toList());
    }

    /** At the stop: closes everything. */
    void closeAll(State inForce) {
        Set<Object> closed = identities();
        for (State state : used(inForce)) {
            closeProducts(state, closed);
            closed.addAll(instances(List.of(state)));
        }
        waiting.clear();
        clients.retainOnly(List.of());
    }

    private List<State> used(State inForce) {
        List<State> used = new ArrayList<>(waiting);
        used.add(inForce);
        return used;
    }

    private static void closeProducts(State state, Set<Object> kept) {
        Set<Object> sinks = identities();
        state.sinks().forEach(sink -> sinks.add(sink.sink()));
        state.products().values().stream()
                .filter(product -> !kept.contains(product.instance()) && !sinks.contains(product.instance()))
                .forEach(ProductMaker::close);
    }

    private static Set<Object> instances(List<State> states) {
        Set<Object> instances = identities();
        states.forEach(state -> state.products().values().forEach(product -> instances.add(product.instance())));
        return instances;
    }

    /** Two products that equal each other are still two. */
    private static Set<Object> identities() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
