package io.gatehouse.plugin.mtls;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;

/**
 * The signature checks of one judgement. Anybody may have sent the chain, keys and all, so the cost is bounded: of a check
 * by the keys that are taken, and of all by their number. An RSA check with an exponent as long as its modulus takes a
 * hundred times as long as one that somebody's authority would have.
 */
final class SignatureChecks {

    static final int MAXIMUM = 20;

    private static final int MAXIMUM_MODULUS_BITS = 8192;
    private static final int MAXIMUM_EXPONENT_BITS = 64;

    private int done;

    /**
     * @param issuers whose keys the chain brings
     * @throws IllegalArgumentException when the key of one is not taken
     */
    SignatureChecks(List<X509Certificate> issuers) {
        if (!issuers.stream().map(X509Certificate::getPublicKey).allMatch(SignatureChecks::isTaken)) {
            throw new IllegalArgumentException(
                    "an authority over the certificate has a key that is not taken: expected EC,"
                            + " EdDSA, or RSA up to " + MAXIMUM_MODULUS_BITS + " bits with an exponent up to "
                            + MAXIMUM_EXPONENT_BITS + " bits");
        }
    }

    private static boolean isTaken(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return rsa.getModulus().bitLength() <= MAXIMUM_MODULUS_BITS
                    && rsa.getPublicExponent().bitLength() <= MAXIMUM_EXPONENT_BITS;
        }
        return key instanceof ECPublicKey || key instanceof EdECPublicKey;
    }

    /** @throws IllegalArgumentException when there were {@value #MAXIMUM} before */
    boolean hasSigned(X509Certificate issuer, X509Certificate certificate) {
        if (!isNamed(issuer, certificate)) {
            return false;
        }
        if (done == MAXIMUM) {
            throw new IllegalArgumentException(
                    "the certificate's chain takes more than " + MAXIMUM + " signature checks");
        }
        done++;
        return isSigned(issuer, certificate);
    }

    /** The same among certificates of our own, which need no bound. */
    static boolean ownHasSigned(X509Certificate issuer, X509Certificate certificate) {
        return isNamed(issuer, certificate) && isSigned(issuer, certificate);
    }

    private static boolean isNamed(X509Certificate issuer, X509Certificate certificate) {
        return issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static boolean isSigned(X509Certificate issuer, X509Certificate certificate) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
