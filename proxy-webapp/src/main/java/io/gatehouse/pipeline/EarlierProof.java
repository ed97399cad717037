package io.gatehouse.pipeline;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import java.util.Optional;

/**
 * What a credential of the host's own stands for.
 *
 * @param authenticator the administrator's name of the one that proved the person
 * @param credential which credential it is, in words that may be recorded
 */
public record EarlierProof(String authenticator, String credential) {

    /** An authenticator of the host's own, whose credentials stand for an earlier login. */
    public interface Keeper extends Authenticator {

        /** Tells of a credential that holds; nothing when it has ended meanwhile. */
        Optional<EarlierProof> earlierProof(Credential credential);
    }
}
