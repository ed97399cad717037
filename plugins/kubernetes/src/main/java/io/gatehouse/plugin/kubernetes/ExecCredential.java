package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.UpstreamCredential;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a credential helper answers. It runs for one caller at a time while the others wait for the same answer; there is
 * never a request without credentials because the helper failed.
 */
final class ExecCredential implements TargetCredential {

    /** So long an answer counts that does not say when it expires. */
    static final Duration UNDATED_AGE = Duration.ofMinutes(5);

    /** So long a failure counts before the helper is started again. */
    static final Duration FAILURE_AGE = Duration.ofSeconds(5);

    /** Exactly one of credential and failure is there. */
    private record Outcome(UpstreamCredential credential, String failure, Instant until) {

        UpstreamCredential credentialOrThrow() throws CredentialUnavailableException {
            if (credential == null) {
                throw new CredentialUnavailableException(failure);
            }
            return credential;
        }
    }

    private final ExecSpec spec;
    private final Clock clock;
    private final ReentrantLock running = new ReentrantLock();
    private volatile Outcome last = new Outcome(null, "", Instant.MIN);

    ExecCredential(ExecSpec spec, Clock clock) {
        this.spec = spec;
        this.clock = clock;
    }

    @Override
    public UpstreamCredential current() throws CredentialUnavailableException {
        Outcome known = last;
        if (clock.instant().isBefore(known.until())) {
            return known.credentialOrThrow();
        }
        running.lock();
        try {
            if (!clock.instant().isBefore(last.until())) {
                last = ask();
            }
            return last.credentialOrThrow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CredentialUnavailableException(spec + " was interrupted", e);
        } finally {
            running.unlock();
        }
    }

    private Outcome ask() throws InterruptedException {
        try {
            UpstreamCredential credential =
                    new ExecAnswer(spec, clock.instant(), UNDATED_AGE).read(new ExecProcess(spec).run());
            return new Outcome(credential, "", credential.expires().orElseThrow());
        } catch (CredentialUnavailableException e) {
            return new Outcome(null, e.getMessage(), clock.instant().plus(FAILURE_AGE));
        }
    }
}
