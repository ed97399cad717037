package io.gatehouse.plugin.htpasswd;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Hashes that other programs made, and short words for the tests. */
final class HtpasswdTesting {

    /** libxcrypt's, of {@code secret}. */
    static final String BCRYPT_SECRET = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

    static final String BCRYPT_2A_SECRET = "$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

    /** libxcrypt's, of {@code pässwörd}. */
    static final String BCRYPT_2B_UMLAUTS = "$2b$04$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC";

    /** libxcrypt's, of 71 times x, then y, then z. */
    static final String BCRYPT_LONG = "$2y$05$abcdefghijklmnopqrstuuFUA9VhcN4vBExLgRtwPqU219b6/E/X.";

    /** openssl's, of {@code secret}. */
    static final String APR1_SECRET = "$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0";

    static final String SHA_SECRET = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=";

    private HtpasswdTesting() {}

    static ConfigFile file(String name, String... lines) {
        return new ConfigFile(Path.of("/home", name), String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    static Credential basic(String user, String password) {
        return new Credential.Basic(user, Secret.of(password));
    }

    static RequestView from(String address) {
        return new Request(address(address));
    }

    static InetAddress address(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    private record Request(InetAddress clientAddress) implements RequestView {
        @Override
        public String target() {
            return "prod";
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }
}
