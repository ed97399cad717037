package io.gatehouse.spi;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an authorizer judges: attributes, never HTTP itself.
 *
 * @param identity who
 * @param authenticator the administrator's name of the authenticator that proved it
 * @param clientAddress the client, as the trusted proxies tell it
 * @param target the target's name
 * @param method the HTTP method, upper case
 * @param path the canonical path inside the target, still percent-encoded: the bytes that the upstream gets. Where a target
 *     takes encoded slashes, a request with one is judged a second time with {@code /} for each {@code %2F}, and must be
 *     allowed both times
 * @param query the raw query without the question mark; empty for none
 * @param upgrade {@code websocket} or {@code spdy/3.1} when the request wants to become a stream; a policy must ask for
 *     more than the method then, as a WebSocket is a GET
 * @param headers those that the factory declared, by lower-case name
 * @param kubernetes what it means to Kubernetes, for a Kubernetes target
 */
public record AccessRequest(
        Identity identity,
        String authenticator,
        InetAddress clientAddress,
        String target,
        String method,
        String path,
        String query,
        Optional<String> upgrade,
        Map<String, List<String>> headers,
        Optional<KubernetesAction> kubernetes) {}
