package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.UpstreamCredential;
import io.gatehouse.spi.UpstreamCredential.ClientKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** What stands in a kubeconfig's user, or in files that it names. Those are read again within a minute. */
final class UserCredential implements TargetCredential {

    /** So long a file's content counts: a rotation is seen within a minute, with time to spare for the request. */
    static final Duration FILE_AGE = Duration.ofSeconds(30);

    private final String label;
    private final KubeEntry user;
    private final Clock clock;

    UserCredential(String label, KubeEntry user, Clock clock) {
        this.label = label;
        this.user = user;
        this.clock = clock;
    }

    @Override
    public UpstreamCredential current() throws CredentialUnavailableException {
        Instant now = clock.instant();
        try {
            return new UpstreamCredential(
                    authorization(),
                    clientKey(new PemText(new FileSnapshot())),
                    hasFiles() ? Optional.of(now.plus(FILE_AGE)) : Optional.empty());
        } catch (UnusableException e) {
            throw new CredentialUnavailableException(label + ": " + e.getMessage());
        }
    }

    /** The value of the header {@code Authorization}. */
    Optional<Secret> authorization() throws UnusableException {
        Optional<Path> tokenFile = user.path("tokenFile");
        if (tokenFile.isPresent()) {
            try {
                return Optional.of(BearerToken.read(tokenFile.get()));
            } catch (CredentialUnavailableException e) {
                throw user.problem(e.getMessage());
            }
        }
        Optional<String> token = user.text("token");
        if (token.isPresent()) {
            if (!BearerToken.isUsable(token.get())) {
                throw user.problem("token: has characters that can not stand in a header");
            }
            return Optional.of(BearerToken.authorization(token.get()));
        }
        return basic();
    }

    /** The client certificate. */
    Optional<ClientKey> clientKey(PemText pem) throws UnusableException {
        Optional<String> certificates = pem.certificates(user, "client-certificate");
        Optional<String> key = pem.key(user, "client-key");
        if (certificates.isPresent() != key.isPresent()) {
            throw user.problem("client-certificate and client-key need each other");
        }
        return certificates.map(text -> new ClientKey(text, Secret.of(key.get())));
    }

    private Optional<Secret> basic() throws UnusableException {
        Optional<String> name = user.text("username");
        Optional<String> password = user.text("password");
        if (name.isEmpty()) {
            if (password.isPresent()) {
                throw user.problem("password needs username");
            }
            return Optional.empty();
        }
        if (name.get().contains(":")) {
            throw user.problem("username: a colon can not stand in it");
        }
        String pair = name.get() + ":" + password.orElse("");
        return Optional.of(
                Secret.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))));
    }

    private boolean hasFiles() throws UnusableException {
        return user.text("tokenFile").isPresent()
                || user.text("client-certificate").isPresent()
                || user.text("client-key").isPresent();
    }
}
