package io.gatehouse.reload;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.UpstreamCredential;
import java.util.Optional;

/**
 * The credential of a source's target, called as every part of a plugin is, with a longer budget: it may wait for a helper
 * program.
 */
record GuardedCredential(TargetCredential credential, PluginCall call) implements TargetCredential {

    /** What was answered, or why not. */
    private record Answer(Optional<UpstreamCredential> credential, String reason) {}

    /** The definition with its credential guarded. */
    static TargetDefinition in(TargetDefinition definition, PluginCall call) {
        return new TargetDefinition(
                definition.name(),
                definition.server(),
                definition.kubernetes(),
                definition.certificateAuthorities(),
                definition.tlsServerName(),
                definition.insecureSkipVerify(),
                new GuardedCredential(definition.credential(), call),
                definition.generation());
    }

    @Override
    public UpstreamCredential current() throws CredentialUnavailableException {
        Answer answer = call.call(this::ask, failed -> new Answer(Optional.empty(), failed));
        return answer.credential().orElseThrow(() -> new CredentialUnavailableException(answer.reason()));
    }

    private Answer ask() {
        try {
            return new Answer(Optional.of(credential.current()), "");
        } catch (CredentialUnavailableException e) {
            return new Answer(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }
}
