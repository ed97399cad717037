package io.gatehouse.plugin.mtls;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Judges client certificates: CN is the user, every O a group, as kube-apiserver reads them
 * ({@code k8s.io/apiserver/pkg/authentication/request/x509/x509.go}, {@code CommonNameUserConversion}).
 *
 * <p>A certificate of another authority is somebody else's. One of ours without a CN, or with several, is refused:
 * kube-apiserver would take the last of several, which is a guess. A chain that held is remembered with its times, at most
 * {@value #MAXIMUM_REMEMBERED}, so that a connection's requests do not each cost signatures.
 */
final class MtlsAuthenticator implements Authenticator {

    static final String CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";

    private static final int MAXIMUM_REMEMBERED = 10_000;

    private final ChainJudge judge;
    private final String userPrefix;
    private final String groupPrefix;
    private final Clock clock;
    private final Cache<ByteBuffer, Known> known = Caffeine.newBuilder()
            .maximumSize(MAXIMUM_REMEMBERED)
            .executor(Runnable::run)
            .build();

    private record Known(Identity identity, Instant from, Instant until) {}

    MtlsAuthenticator(ChainJudge judge, String userPrefix, String groupPrefix, Clock clock) {
        this.judge = judge;
        this.userPrefix = userPrefix;
        this.groupPrefix = groupPrefix;
        this.clock = clock;
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        if (!(credential instanceof Credential.ClientCertificate certificate)) {
            return AuthenticationResult.notMine();
        }
        List<X509Certificate> chain = certificate.chain();
        Instant now = clock.instant();
        try {
            ByteBuffer fingerprint = ByteBuffer.wrap(fingerprint(chain));
            Known before = known.getIfPresent(fingerprint);
            if (before != null && !now.isBefore(before.from) && !now.isAfter(before.until)) {
                return AuthenticationResult.authenticated(before.identity);
            }
            ChainJudge.Finding finding = judge.judge(chain, now);
            if (finding instanceof ChainJudge.Refused refused) {
                return AuthenticationResult.rejected(refused.reason());
            }
            if (!(finding instanceof ChainJudge.Valid valid)) {
                return AuthenticationResult.notMine();
            }
            Identity identity = identity(chain.get(0), valid.until());
            known.put(fingerprint, new Known(identity, valid.from(), valid.until()));
            return AuthenticationResult.authenticated(identity);
        } catch (CertificateEncodingException | IllegalArgumentException e) {
            return AuthenticationResult.rejected(e.getMessage());
        }
    }

    private Identity identity(X509Certificate certificate, Instant until) throws CertificateEncodingException {
        CertificateSubject subject = CertificateSubject.of(certificate);
        if (subject.commonNames().size() != 1) {
            throw new IllegalArgumentException("the certificate has "
                    + (subject.commonNames().isEmpty() ? "no common name (CN)" : "several common names (CN)"));
        }
        String id = "X509SHA256=" + HexFormat.of().formatHex(fingerprint(List.of(certificate)));
        return Identity.of(userPrefix + subject.commonNames().get(0), "client-certificate")
                .withGroups(subject.organizations().stream()
                        .map(organization -> groupPrefix + organization)
                        .toList())
                .withExtra(Map.of(CREDENTIAL_ID, List.of(id)))
                .withExpires(until);
    }

    private static byte[] fingerprint(List<X509Certificate> chain) throws CertificateEncodingException {
        try {
            // A DER encoding tells its own length, so different chains are different bytes.
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (X509Certificate certificate : chain) {
                digest.update(certificate.getEncoded());
            }
            return digest.digest();
        } catch (CertificateEncodingException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
