package io.gatehouse.tunnel;

import java.time.Duration;

/**
 * Bounds for the handshake of one upgrade with the upstream.
 *
 * @param connect for the TCP connection, over all addresses of the host
 * @param answer from then on until the head of the final answer is complete, TLS and interim answers included
 * @param refusal for the body of an answer that is no 101
 * @param refusalBytes greatest decoded size of that body
 */
public record HandshakeLimits(Duration connect, Duration answer, Duration refusal, int refusalBytes) {
    /** 10 s, 30 s, 10 s as kube-apiserver has it, 1 MiB. */
    public static final HandshakeLimits DEFAULT =
            new HandshakeLimits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(10), 1024 * 1024);

    /** @throws IllegalArgumentException when a bound is not positive */
    public HandshakeLimits {
        TunnelLimits.requirePositive(connect, "connect");
        TunnelLimits.requirePositive(answer, "answer");
        TunnelLimits.requirePositive(refusal, "refusal");
        if (refusalBytes < 1) {
            throw new IllegalArgumentException("refusalBytes is not positive");
        }
    }
}
