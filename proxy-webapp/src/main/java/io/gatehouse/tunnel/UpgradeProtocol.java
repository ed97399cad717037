package io.gatehouse.tunnel;

import java.util.Optional;

/** The only protocols that a connection may be switched to; {@code h2c} is none (h2c smuggling). */
public enum UpgradeProtocol {
    /** RFC 6455; what browsers and kubectl from 1.31 on speak. */
    WEBSOCKET("websocket"),
    /** What kubectl exec, attach and port-forward spoke before, and fall back to. */
    SPDY("SPDY/3.1");

    private final String token;

    UpgradeProtocol(String token) {
        this.token = token;
    }

    /** As it stands in the {@code Upgrade} header. */
    public String token() {
        return token;
    }

    /** The protocol with exactly that token, whatever its case; a list of tokens is none. */
    public static Optional<UpgradeProtocol> of(String token) {
        for (UpgradeProtocol protocol : values()) {
            if (protocol.token.equalsIgnoreCase(token)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }
}
