package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TargetSource;
import io.gatehouse.spi.UpstreamCredential;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster that this process runs in, as one target. */
final class InClusterSource implements TargetSource {

    private static final Logger LOG = LoggerFactory.getLogger(InClusterSource.class);

    private final String name;
    private final URI server;
    private final Path token;
    private final Path authorities;
    private final Clock clock;
    private FileSnapshot snapshot = new FileSnapshot();
    private Optional<String> problem = Optional.empty();
    private List<TargetDefinition> targets = List.of();

    InClusterSource(String name, URI server, Path token, Path authorities, Clock clock) {
        this.name = name;
        this.server = server;
        this.token = token;
        this.authorities = authorities;
        this.clock = clock;
        load();
    }

    /** Why the certificates can not be used now. */
    synchronized Optional<String> problem() {
        return problem;
    }

    @Override
    public synchronized List<TargetDefinition> targets() {
        if (!snapshot.isCurrent()) {
            Optional<String> before = problem;
            load();
            problem.filter(now -> !before.equals(problem))
                    .ifPresent(now -> LOG.warn("Target {} keeps the certificates it had: {}", name, now));
        }
        return targets;
    }

    private void load() {
        snapshot = new FileSnapshot();
        FileSnapshot.Content content = snapshot.read(authorities);
        if (content instanceof FileSnapshot.Content.Absent absent) {
            problem = Optional.of(authorities + " " + absent.reason());
            return;
        }
        String pem = new String(((FileSnapshot.Content.Present) content).file().bytes(), StandardCharsets.UTF_8);
        if (!PemText.isCertificates(pem)) {
            problem = Optional.of(authorities + " has no certificates in PEM");
            return;
        }
        problem = Optional.empty();
        targets = List.of(new TargetDefinition(
                name, server, true, Optional.of(pem), Optional.empty(), false, credential(), "service account"));
    }

    private TargetCredential credential() {
        return () -> {
            try {
                return new UpstreamCredential(
                        Optional.of(BearerToken.read(token)),
                        Optional.empty(),
                        Optional.of(clock.instant().plus(UserCredential.FILE_AGE)));
            } catch (CredentialUnavailableException e) {
                throw new CredentialUnavailableException("target \"" + name + "\": " + e.getMessage());
            }
        };
    }
}
