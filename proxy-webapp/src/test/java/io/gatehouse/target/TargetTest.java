package io.gatehouse.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.UpstreamCredential;
import io.gatehouse.spi.UpstreamCredential.ClientKey;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    private static final TargetLimits LIMITS =
            new TargetLimits(1, 1, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), 0, 1);

    /** Stands still until it is told. */
    private static final class TestClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final TestClock clock = new TestClock();

    private Target target(String server, Optional<String> authorities, TargetCredential credential) {
        return new Target(definition(server, authorities, credential), LIMITS, clock);
    }

    private static TargetDefinition definition(
            String server, Optional<String> authorities, TargetCredential credential) {
        return new TargetDefinition(
                "t", URI.create(server), false, authorities, Optional.empty(), false, credential, "");
    }

    @ParameterizedTest
    @CsvSource({
        "http://a,               a,   80,   a,          ''",
        "https://a/,             a,   443,  a,          ''",
        "https://a:6443/base/,   a,   6443, a:6443,     /base",
        "https://[::1]:6443/b/c, ::1, 6443, [::1]:6443, /b/c"
    })
    void readsItsAddress(String server, String host, int port, String authority, String basePath) {
        Target target = target(server, Optional.empty(), TargetCredential.none());
        assertThat(target.host()).isEqualTo(host);
        assertThat(target.port()).isEqualTo(port);
        assertThat(target.authority()).isEqualTo(authority);
        assertThat(target.basePath()).isEqualTo(basePath);
        assertThat(target.tlsName()).isEqualTo(host);
    }

    @Test
    void keepsACredentialUntilItExpires() throws CredentialUnavailableException {
        AtomicInteger asked = new AtomicInteger();
        Target target = target(
                "http://a",
                Optional.empty(),
                () -> new UpstreamCredential(
                        Optional.of(Secret.of("Bearer " + asked.incrementAndGet())),
                        Optional.empty(),
                        Optional.of(clock.now.plusSeconds(60))));
        assertThat(target.access().authorization()).contains(Secret.of("Bearer 1"));
        assertThat(target.access().tls()).isEmpty();
        clock.now = clock.now.plusSeconds(59);
        assertThat(target.access().authorization()).contains(Secret.of("Bearer 1"));
        clock.now = clock.now.plusSeconds(1);
        assertThat(target.access().authorization()).contains(Secret.of("Bearer 2"));
        target.credential(TargetCredential.none());
        assertThat(target.access().authorization()).contains(Secret.of("Bearer 2"));
        clock.now = clock.now.plusSeconds(60);
        assertThat(target.access().authorization()).isEmpty();
    }

    @Test
    void keepsItsTlsWhenOnlyATokenRotates() throws CredentialUnavailableException {
        ClientKey key = new ClientKey(TestPem.CERTIFICATE, Secret.of(TestPem.KEY));
        Target target = target(
                "https://a",
                Optional.of(TestPem.CERTIFICATE),
                () -> new UpstreamCredential(
                        Optional.empty(), Optional.of(key), Optional.of(clock.now.plusSeconds(60))));
        UpstreamAccess first = target.access();
        clock.now = clock.now.plusSeconds(60);
        assertThat(target.access()).isNotSameAs(first);
        assertThat(target.access().tls().orElseThrow()).isSameAs(first.tls().orElseThrow());
    }

    @Test
    void sendsNothingWithoutItsCredential() throws CredentialUnavailableException {
        AtomicInteger asked = new AtomicInteger();
        Target target = target("http://a", Optional.empty(), () -> {
            if (asked.incrementAndGet() == 1) {
                throw new CredentialUnavailableException("the helper failed");
            }
            return new UpstreamCredential(Optional.empty(), Optional.empty(), Optional.empty());
        });
        assertThatExceptionOfType(CredentialUnavailableException.class)
                .isThrownBy(target::access)
                .withMessage("the helper failed");
        assertThat(target.access().expires()).isEqualTo(Instant.MAX);
    }

    @Test
    void letsNobodyWaitForARenewalThatHangs() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Target target = new Target(
                definition("http://a", Optional.empty(), () -> {
                    asked.countDown();
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        throw new CredentialUnavailableException("interrupted");
                    }
                    return new UpstreamCredential(Optional.empty(), Optional.empty(), Optional.empty());
                }),
                LIMITS,
                UpstreamProtocol.HTTP_1_1,
                clock,
                Duration.ofMillis(1));
        FutureTask<UpstreamAccess> first = new FutureTask<>(target::access);
        new Thread(first).start();
        asked.await();
        assertThatExceptionOfType(CredentialUnavailableException.class)
                .isThrownBy(target::access)
                .withMessage("the credential is being renewed, and that takes too long");
        answer.countDown();
        assertThat(first.get()).isSameAs(target.access());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no PEM", TestPem.KEY})
    void refusesAuthoritiesThatAreNone(String authorities) {
        Target target = target("https://a", Optional.of(authorities), TargetCredential.none());
        assertThatExceptionOfType(CredentialUnavailableException.class)
                .isThrownBy(target::access)
                .withMessageStartingWith("expected PEM certificates, found ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "Bearer hunter2\r\nX-Remote-User: root", "Bearer hunter2\n", "hunter2\0", "h\u00fcnter2"
            })
    void refusesAnAuthorizationThatIsNoHeaderValue(String value) {
        Target target = target(
                "http://a",
                Optional.empty(),
                () -> new UpstreamCredential(Optional.of(Secret.of(value)), Optional.empty(), Optional.empty()));
        assertThatExceptionOfType(CredentialUnavailableException.class)
                .isThrownBy(target::access)
                .withMessage("its value for Authorization is empty, or has a character that is not allowed there");
    }

    @Test
    void refusesAKeyThatIsNone() {
        ClientKey key = new ClientKey(TestPem.CERTIFICATE, Secret.of("hunter2"));
        Target target = target(
                "https://a",
                Optional.empty(),
                () -> new UpstreamCredential(Optional.empty(), Optional.of(key), Optional.empty()));
        assertThatExceptionOfType(CredentialUnavailableException.class)
                .isThrownBy(target::access)
                .withMessageStartingWith("expected a PEM private key");
    }
}
