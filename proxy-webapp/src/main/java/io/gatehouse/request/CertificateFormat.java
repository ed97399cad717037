package io.gatehouse.request;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a TLS terminator writes the client's certificate into a header field. Each throws an
 * {@link IllegalArgumentException} that says what was expected, never what was there.
 */
public enum CertificateFormat {

    /** RFC 9440: DER as a byte sequence of RFC 8941, {@code :base64:}; in a list of them, the others of the chain. */
    RFC9440 {
        @Override
        List<X509Certificate> read(String value) {
            List<X509Certificate> certificates = new ArrayList<>();
            for (String item : value.split(",", -1)) {
                String text = item.strip();
                if (text.length() < 3 || !text.startsWith(":") || !text.endsWith(":")) {
                    throw new IllegalArgumentException("expected :base64:");
                }
                certificates.add(der(text.substring(1, text.length() - 1)));
            }
            return certificates;
        }
    },

    /** PEM with percent-encoding, as by nginx ({@code $ssl_client_escaped_cert}) and AWS; the client's own comes first. */
    PEM {
        @Override
        List<X509Certificate> read(String value) {
            String text = unescape(value);
            List<X509Certificate> certificates = new ArrayList<>();
            Matcher block = BLOCK.matcher(text);
            int end = 0;
            while (block.find() && text.substring(end, block.start()).isBlank()) {
                certificates.add(der(block.group(1).replaceAll("\\s", "")));
                end = block.end();
            }
            if (certificates.isEmpty() || !text.substring(end).isBlank()) {
                throw new IllegalArgumentException("expected certificates in PEM, with percent-encoding");
            }
            return certificates;
        }
    },

    /** {@code X-Forwarded-Client-Cert}, as by Envoy and Istio: of one element, {@code Chain} or else {@code Cert}. */
    XFCC {
        @Override
        List<X509Certificate> read(String value) {
            Map<String, String> element = ForwardedClientCert.parse(value);
            String pem = element.getOrDefault("chain", element.getOrDefault("cert", ""));
            if (pem.isEmpty()) {
                throw new IllegalArgumentException("expected Cert or Chain in it");
            }
            List<X509Certificate> chain = PEM.read(pem);
            if (element.containsKey("cert")
                    && !PEM.read(element.get("cert")).get(0).equals(chain.get(0))) {
                throw new IllegalArgumentException("expected Chain to begin with Cert");
            }
            return chain;
        }
    };

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]*+)-----END CERTIFICATE-----");

    /** The certificates in a value, at least one. */
    abstract List<X509Certificate> read(String value);

    private static X509Certificate der(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
            if (certificate.getEncoded().length == bytes.length) {
                return certificate;
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can not be written", e);
        } catch (CertificateException | IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException("expected a certificate in DER, in base64");
    }

    /** RFC 3986 2.1; a {@code +} is itself, as it is one of base64. */
    private static String unescape(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '%') {
                text.append(c);
                continue;
            }
            int high = i + 2 < value.length() ? Character.digit(value.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(value.charAt(i + 2), 16) : -1;
            if (low < 0 || high > 7) {
                throw new IllegalArgumentException("expected certificates in PEM, with percent-encoding");
            }
            text.append((char) (high * 16 + low));
            i += 2;
        }
        return text.toString();
    }
}
