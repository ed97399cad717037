package io.gatehouse.cli;

import io.gatehouse.reload.OwnerOnly;
import io.gatehouse.target.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The home that is used when none is named: one person's, on loopback, safe as it is. What is missing in it is made at a
 * start, what is there is left alone, so that it can be edited like any other.
 */
final class EmbeddedDefault {

    static final String USER = "demo";

    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final Path home;

    private EmbeddedDefault(Path home) {
        this.home = home;
    }

    /** {@code ~/.gatehouse}. */
    static Path home() {
        return Path.of(System.getProperty("user.home"), ".gatehouse");
    }

    /**
     * Makes what is missing.
     *
     * @param password of the demo user, when it was made just now: this is the only time that it is known
     * @param clientCertificate PEM of the demo user's certificate
     * @param clientKey PEM of its key
     * @param authority PEM of the authority of the server's certificate
     */
    record Prepared(Optional<String> password, String clientCertificate, String clientKey, String authority) {}

    static Prepared prepare(Path home) throws IOException {
        OwnerOnly.directory(home);
        return new EmbeddedDefault(home).prepare();
    }

    private Prepared prepare() throws IOException {
        for (String file : List.of("gatehouse.yaml", "policy.csv")) {
            if (!Files.exists(home.resolve(file))) {
                OwnerOnly.write(home.resolve(file), resource(file));
            }
        }
        Optional<String> password = Optional.empty();
        if (!Files.exists(home.resolve("htpasswd"))) {
            password = Optional.of(newPassword());
            String line = USER + ":" + PasswordHash.bcrypt(password.get().toCharArray()) + "\n";
            OwnerOnly.write(home.resolve("htpasswd"), line.getBytes(StandardCharsets.UTF_8));
        }
        if (!isGood("tls/server.crt") || !isGood("tls/ca.crt")) {
            makeServerCertificate(home);
        }
        if (!isGood("tls/client.crt") || !isGood("tls/client-ca.crt")) {
            makeClientCertificate();
        }
        return new Prepared(password, text("tls/client.crt"), text("tls/client.key"), text("tls/ca.crt"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = EmbeddedDefault.class.getResourceAsStream("default/" + name)) {
            return in.readAllBytes();
        }
    }

    private String text(String file) throws IOException {
        return Files.readString(home.resolve(file));
    }

    /** Twenty letters and digits that are not mistaken for one another: about 115 bits. */
    private static String newPassword() {
        String alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            password.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return password.toString();
    }

    private boolean isGood(String certificate) throws IOException {
        Path file = home.resolve(certificate);
        return Files.exists(file)
                && Pem.certificates(Files.readString(file))
                        .get(0)
                        .getNotAfter()
                        .toInstant()
                        .isAfter(Instant.now().plus(RENEW_BEFORE));
    }

    /**
     * Makes {@code tls/server.crt} and its key, for this machine only, and {@code tls/ca.crt}. The authority's key is
     * thrown away: nobody can make another certificate of it.
     */
    static void makeServerCertificate(Path home) throws IOException {
        Certificates.Issued authority = Certificates.authority("Gatehouse on this machine", AUTHORITY_VALIDITY);
        Certificates.Issued server = Certificates.server(authority, VALIDITY);
        write(home.resolve("tls/ca.crt"), authority.certificatePem());
        write(home.resolve("tls/server.key"), server.keyPem());
        write(home.resolve("tls/server.crt"), server.certificatePem());
    }

    private void makeClientCertificate() throws IOException {
        Certificates.Issued authority = Certificates.authority("Gatehouse clients on this machine", AUTHORITY_VALIDITY);
        Certificates.Issued client = Certificates.client(authority, USER, List.of("gatehouse:admins"), VALIDITY);
        write(home.resolve("tls/client-ca.crt"), authority.certificatePem());
        write(home.resolve("tls/client.key"), client.keyPem());
        write(home.resolve("tls/client.crt"), client.certificatePem());
    }

    private static void write(Path file, String text) throws IOException {
        OwnerOnly.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
