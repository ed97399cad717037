package io.gatehouse.reload;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.UpstreamCredential;
import io.gatehouse.target.TargetSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** A target of the file as a definition like any other. */
final class StaticTarget {

    private StaticTarget() {}

    static TargetDefinition definition(TargetSettings settings) {
        Optional<Secret> authorization = settings.credential().authorization();
        Optional<UpstreamCredential.ClientKey> clientKey = settings.credential()
                .certificate()
                .flatMap(certificate -> settings.credential()
                        .key()
                        .map(key -> new UpstreamCredential.ClientKey(certificate.text(), Secret.of(key.text()))));
        UpstreamCredential credential = new UpstreamCredential(authorization, clientKey, Optional.empty());
        return new TargetDefinition(
                settings.name(),
                settings.server(),
                settings.kubernetes(),
                settings.authorities().map(ConfigFile::text),
                settings.tlsServerName(),
                settings.insecureSkipVerify(),
                () -> credential,
                generation(authorization, clientKey));
    }

    /** A hash, as the value itself is secret. */
    private static String generation(Optional<Secret> authorization, Optional<UpstreamCredential.ClientKey> clientKey) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(authorization.map(Secret::reveal).orElse("").getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            clientKey.ifPresent(key -> {
                digest.update(key.certificates().getBytes(StandardCharsets.UTF_8));
                digest.update(key.key().reveal().getBytes(StandardCharsets.UTF_8));
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
