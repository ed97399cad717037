package io.gatehouse.plugin.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes tokens, also such as no honest issuer makes: header and claims are JSON as a test writes it. */
final class TestToken {

    static final JWK RSA = rsa("one");
    static final JWK OTHER_RSA = rsa("two");
    static final JWK EC = ec("curve");

    private final Map<String, String> header = new LinkedHashMap<>();
    private final Map<String, String> claims = new LinkedHashMap<>();

    private TestToken() {}

    /** A good one for alice: every test spoils what it is about. */
    static TestToken of(String issuer, Instant now) {
        TestToken token = new TestToken();
        token.header("alg", "\"RS256\"").header("kid", "\"one\"").header("typ", "\"JWT\"");
        token.claim("iss", '"' + issuer + '"')
                .claim("sub", "\"alice\"")
                .claim("aud", "\"gatehouse\"")
                .claim("exp", String.valueOf(now.plusSeconds(300).getEpochSecond()))
                .claim("iat", String.valueOf(now.getEpochSecond()));
        return token;
    }

    TestToken header(String name, String json) {
        header.put(name, json);
        return this;
    }

    TestToken claim(String name, String json) {
        claims.put(name, json);
        return this;
    }

    TestToken without(String name) {
        claims.remove(name);
        header.remove(name);
        return this;
    }

    String signed() {
        return signedBy(RSA);
    }

    String signedBy(JWK key) {
        return signedBy(key, json(claims));
    }

    /** With claims that stand there twice, or the like. */
    String signedOver(String payload) {
        return signedBy(RSA, payload);
    }

    /** The claims as JSON, for {@link #signedOver}. */
    String payload() {
        return json(claims);
    }

    /** What is to be signed. */
    String unsigned() {
        return unsigned(json(claims));
    }

    private String unsigned(String payload) {
        return base64(json(header).getBytes(StandardCharsets.UTF_8))
                + "."
                + base64(payload.getBytes(StandardCharsets.UTF_8));
    }

    private String signedBy(JWK key, String payload) {
        String input = unsigned(payload);
        try {
            JWSAlgorithm algorithm = JWSAlgorithm.parse(header.get("alg").replace("\"", ""));
            JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, algorithm);
            return input + "." + signer.sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String json(Map<String, String> members) {
        StringBuilder json = new StringBuilder();
        members.forEach((name, value) -> json.append(json.isEmpty() ? "{\"" : ",\"")
                .append(name)
                .append("\":")
                .append(value));
        return json.append('}').toString();
    }

    static JWK rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWK ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
