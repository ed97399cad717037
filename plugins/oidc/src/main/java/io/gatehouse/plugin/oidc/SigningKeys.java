package io.gatehouse.plugin.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The keys that an issuer signs with, as its JWK set (RFC 7517) had them at one time. Keys of other kinds in the set are
 * passed over, as are RSA keys that are too short or absurdly long.
 */
final class SigningKeys {

    private static final int MOST_KEYS = 100;
    private static final int MOST_TRIED = 10;
    private static final int SHORTEST_RSA = 2048;
    private static final int LONGEST_RSA = 16_384;

    private static final DefaultJWSVerifierFactory VERIFIERS = new DefaultJWSVerifierFactory();

    private final JWKSet keys;

    private SigningKeys(JWKSet keys) {
        this.keys = keys;
    }

    /** What was found of a signature. */
    enum Finding {
        HOLDS,
        WRONG,
        UNKNOWN_KEY
    }

    /** @throws ProviderUnavailableException when it is no JWK set, or has no key to verify with */
    static SigningKeys read(byte[] document) throws ProviderUnavailableException {
        Map<String, Object> set;
        try {
            set = StrictJson.object(document);
        } catch (IllegalArgumentException e) {
            throw new ProviderUnavailableException("its key set can not be read: " + e.getMessage());
        }
        if (!(set.get("keys") instanceof List<?> list) || list.size() > MOST_KEYS) {
            throw new ProviderUnavailableException("its key set has no list keys, or more than " + MOST_KEYS);
        }
        List<JWK> usable = new ArrayList<>();
        for (Object each : list) {
            if (each instanceof Map<?, ?> members) {
                addUsable(members, usable);
            }
        }
        if (usable.isEmpty()) {
            throw new ProviderUnavailableException("its key set has no RSA or EC key to verify with");
        }
        return new SigningKeys(new JWKSet(usable));
    }

    @SuppressWarnings("unchecked") // StrictJson's maps have texts as keys
    private static void addUsable(Map<?, ?> members, List<JWK> usable) {
        try {
            JWK key = JWK.parse((Map<String, Object>) members).toPublicJWK();
            boolean fit = key instanceof ECKey
                    || key instanceof RSAKey rsa && rsa.size() >= SHORTEST_RSA && rsa.size() <= LONGEST_RSA;
            if (fit && ((AsymmetricJWK) key).toPublicKey() != null) {
                usable.add(key);
            }
        } catch (ParseException | JOSEException | RuntimeException e) {
            // of a kind that we do not know, or damaged: the others still count
        }
    }

    /**
     * Checks a token's header and its signature.
     *
     * @param algorithms those that are taken, asymmetric ones only
     * @param types the values of {@code typ} that are taken, lower case, beside none at all
     * @throws RefusedTokenException when the header is not such as is taken
     */
    Finding verify(CompactToken token, Set<String> algorithms, Set<String> types) throws RefusedTokenException {
        JWSHeader header = header(token, algorithms, types);
        List<JWK> candidates = new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys);
        if (candidates.isEmpty()) {
            return Finding.UNKNOWN_KEY;
        }
        int dot = token.text().lastIndexOf('.');
        byte[] signed = token.text().substring(0, dot).getBytes(StandardCharsets.US_ASCII);
        Base64URL signature = new Base64URL(token.text().substring(dot + 1));
        for (JWK key : candidates.subList(0, Math.min(candidates.size(), MOST_TRIED))) {
            if (holds(header, key, signed, signature)) {
                return Finding.HOLDS;
            }
        }
        // A token without a key id may be signed with a key that is new.
        return header.getKeyID() == null ? Finding.UNKNOWN_KEY : Finding.WRONG;
    }

    private static JWSHeader header(CompactToken token, Set<String> algorithms, Set<String> types)
            throws RefusedTokenException {
        Map<String, Object> header = token.header();
        if (!(header.get("alg") instanceof String algorithm) || !algorithms.contains(algorithm)) {
            throw new RefusedTokenException("the token is signed with an algorithm that is not taken (alg)");
        }
        if (header.containsKey("crit")) {
            throw new RefusedTokenException("the token's header has extensions that must be understood (crit)");
        }
        Object type = header.get("typ");
        if (type != null && !(type instanceof String text && types.contains(shortType(text)))) {
            throw new RefusedTokenException("the token is of another type (typ)");
        }
        try {
            return JWSHeader.parse(Map.copyOf(header), null);
        } catch (ParseException | RuntimeException e) {
            throw new RefusedTokenException("the token's header can not be read");
        }
    }

    /** {@code application/} may be left out, and case does not count (RFC 7515 4.1.9). */
    private static String shortType(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
    }

    private static boolean holds(JWSHeader header, JWK key, byte[] signed, Base64URL signature) {
        try {
            JWSVerifier verifier = VERIFIERS.createJWSVerifier(header, ((AsymmetricJWK) key).toPublicKey());
            return verifier.verify(header, signed, signature);
        } catch (JOSEException e) {
            return false;
        }
    }
}
