package io.gatehouse.spi;

import java.util.Objects;
import java.util.Optional;

/**
 * How a provider calls somebody's login.
 *
 * @param subject whose it is at the provider; empty where a notice names only the session
 * @param id the session ({@code sid}), where the provider has such a thing
 */
public record ProviderSession(String subject, Optional<String> id) {

    public ProviderSession {
        Objects.requireNonNull(id, "id");
        if (subject.isEmpty() && id.isEmpty()) {
            throw new IllegalArgumentException("a provider's session needs a subject or an id");
        }
    }
}
