package io.gatehouse.spi;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One step of a login in a browser.
 *
 * @param attempt names the attempt, and nobody can guess it: a provider must send it back as the parameter {@code state},
 *     by which the host finds what was kept. The host has compared it with this browser's cookie, and takes it once
 * @param callback where the provider shall send the browser back to, {@code https://…/gatehouse/login/<name>/callback}
 * @param query the parameters that the provider sent back; empty at the first step
 * @param kept what the last step of this attempt asked to keep; empty at the first step
 * @param clientAddress the client, as the trusted proxies tell it
 */
public record LoginRequest(
        String attempt,
        URI callback,
        Map<String, List<String>> query,
        Map<String, String> kept,
        InetAddress clientAddress) {

    public LoginRequest {
        Objects.requireNonNull(attempt, "attempt");
        Objects.requireNonNull(callback, "callback");
        Objects.requireNonNull(clientAddress, "clientAddress");
        query = Map.copyOf(query);
        kept = Map.copyOf(kept);
    }

    /** Whether the browser has come back from the provider. */
    public boolean isCallback() {
        return !kept.isEmpty() || !query.isEmpty();
    }

    /** A parameter that the provider sent back; nothing when it is missing, empty or there more than once. */
    public Optional<String> parameter(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.size() == 1 ? Optional.of(values.get(0)).filter(value -> !value.isEmpty()) : Optional.empty();
    }
}
