package io.gatehouse.spi;

import java.time.Instant;
import java.util.Objects;

/**
 * A provider's word that somebody has logged out there. The host acts on it once, and takes it again when it could not:
 * an authenticator does not remember which it has read.
 *
 * @param session whose sessions end
 * @param id what no other notice of this provider has ({@code jti})
 * @param until from when on the notice does not hold any more
 */
public record LogoutNotice(ProviderSession session, String id, Instant until) {

    public LogoutNotice {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(until, "until");
    }
}
