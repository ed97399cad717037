package io.gatehouse.cli;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.reload.OwnerOnly;
import io.gatehouse.target.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
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

    private static final String SERVER_AUTHORITY = "Gatehouse on this machine";
    private static final String CLIENT_AUTHORITY = "Gatehouse clients on this machine";

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
     * @param clientCertificate PEM of the demo user's certificate; empty, as the next two, where the files were replaced
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
        if (isToBeMade(SERVER_AUTHORITY, List.of("tls/ca.crt", "tls/server.crt"), "tls/server.key")) {
            makeServerCertificate(home);
        }
        if (isToBeMade(CLIENT_AUTHORITY, List.of("tls/client-ca.crt", "tls/client.crt"), "tls/client.key")) {
            makeClientCertificate();
        }
        return new Prepared(password, optional("tls/client.crt"), optional("tls/client.key"), optional("tls/ca.crt"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = EmbeddedDefault.class.getResourceAsStream("default/" + name)) {
            return in.readAllBytes();
        }
    }

    /** What somebody may have taken away together with ours. */
    private String optional(String file) throws IOException {
        return Files.exists(home.resolve(file)) ? text(file) : "";
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

    /** Whether a part is missing or ends soon; but what somebody put there instead of ours is left alone. */
    private boolean isToBeMade(String authority, List<String> certificates, String key) throws IOException {
        boolean wanting = !Files.exists(home.resolve(key));
        for (String certificate : certificates) {
            if (!Files.exists(home.resolve(certificate))) {
                wanting = true;
                continue;
            }
            try {
                X509Certificate known = Pem.certificates(text(certificate)).get(0);
                if (!known.getIssuerX500Principal().getName().equals("CN=" + authority)) {
                    return false;
                }
                wanting |=
                        known.getNotAfter().toInstant().isBefore(Instant.now().plus(RENEW_BEFORE));
            } catch (IllegalArgumentException e) {
                return false; // the listener says what is wrong with it
            }
        }
        return wanting;
    }

    /** Whether a start makes the listener's certificate: nothing is where it is looked for when nobody says where. */
    static boolean mayMakeCertificate(Path home, GatehouseConfig.Listen listen) {
        return listen.certificate().equals(home.resolve("tls/server.crt"))
                && !Files.exists(listen.certificate())
                && !Files.exists(listen.key());
    }

    /**
     * Makes {@code tls/server.crt} and its key, for this machine only, and {@code tls/ca.crt}. The authority's key is
     * thrown away: nobody can make another certificate of it.
     */
    static void makeServerCertificate(Path home) throws IOException {
        Certificates.Issued authority = Certificates.authority(SERVER_AUTHORITY, AUTHORITY_VALIDITY);
        Certificates.Issued server = Certificates.server(authority, VALIDITY);
        write(home.resolve("tls/ca.crt"), authority.certificatePem());
        write(home.resolve("tls/server.key"), server.keyPem());
        write(home.resolve("tls/server.crt"), server.certificatePem());
    }

    private void makeClientCertificate() throws IOException {
        Certificates.Issued authority = Certificates.authority(CLIENT_AUTHORITY, AUTHORITY_VALIDITY);
        Certificates.Issued client = Certificates.client(authority, USER, List.of("gatehouse:admins"), VALIDITY);
        write(home.resolve("tls/client-ca.crt"), authority.certificatePem());
        write(home.resolve("tls/client.key"), client.keyPem());
        write(home.resolve("tls/client.crt"), client.certificatePem());
    }

    private static void write(Path file, String text) throws IOException {
        OwnerOnly.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
