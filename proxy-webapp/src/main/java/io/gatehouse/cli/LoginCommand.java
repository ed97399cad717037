package io.gatehouse.cli;

import io.gatehouse.login.KeyRing;
import io.gatehouse.login.ProgramCodes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * {@code gatehouse login URL}: logs in with a browser, and keeps the token for a working day. With {@code --exec} it is
 * kubectl's exec credential plugin.
 */
final class LoginCommand {

    private static final int MINUTES = 5;

    private final URI portal;
    private final Optional<byte[]> authority;

    /** It came to nothing. */
    private static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedException(String message) {
            super(message, null, false, false);
        }
    }

    private LoginCommand(URI portal, Optional<byte[]> authority) {
        this.portal = portal;
        this.authority = authority;
    }

    /** @return the exit code of the process */
    static int run(List<String> words) throws IOException, InterruptedException {
        if (words.isEmpty() || words.get(0).startsWith("-")) {
            throw new UsageException("login needs the address of a portal, such as https://gate.example.com");
        }
        Options options = Options.parse(words.subList(1, words.size()), Set.of("--exec"), "--ca");
        ClusterInfo info = ClusterInfo.of(System.getenv("KUBERNETES_EXEC_INFO"));
        Optional<byte[]> authority = options.value("--ca").isPresent()
                ? Optional.of(Files.readAllBytes(Path.of(options.value("--ca").get())))
                : info.authority().map(Base64.getDecoder()::decode);
        URI portal = portal(words.get(0));
        Path file = CachedLogin.file(portal);
        Optional<CachedLogin> known = CachedLogin.read(file, Instant.now());
        CachedLogin login;
        try {
            login = known.isPresent() ? known.get() : new LoginCommand(portal, authority).logIn();
        } catch (FailedException e) {
            System.err.println("gatehouse: " + e.getMessage());
            return 1;
        }
        if (known.isEmpty()) {
            login.write(file);
        }
        System.out.println(
                options.has("--exec")
                        ? credential(login, info.apiVersion())
                        : "Logged in to " + portal + " as " + login.user() + " until " + login.expires());
        return 0;
    }

    private static URI portal(String text) {
        try {
            URI portal = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean local = "http".equals(portal.getScheme())
                    && portal.getHost() != null
                    && (portal.getHost().equals("localhost") || portal.getHost().endsWith(".localhost"));
            if (portal.getHost() != null && ("https".equals(portal.getScheme()) || local)) {
                return portal;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new UsageException("\"" + text + "\" is not an address such as https://gate.example.com");
    }

    private static String credential(CachedLogin login, String apiVersion) {
        return "{\"apiVersion\": \"" + apiVersion + "\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \""
                + login.token() + "\", \"expirationTimestamp\": \"" + login.expires() + "\"}}";
    }

    private CachedLogin logIn() throws IOException, InterruptedException {
        String verifier = KeyRing.randomName() + KeyRing.randomName();
        String state = KeyRing.randomName();
        try (LoopbackAnswer answer = new LoopbackAnswer(state)) {
            String page = portal + "/gatehouse/program?port=" + answer.port() + "&challenge="
                    + ProgramCodes.challenge(verifier) + "&state=" + state;
            System.err.println("Log in with a browser on this computer:\n\n  " + page + "\n");
            Browsers.open(page);
            String code = answer.await(MINUTES)
                    .orElseThrow(() -> new FailedException("nobody logged in within " + MINUTES + " minutes"));
            return exchange(code, verifier);
        }
    }

    private CachedLogin exchange(String code, String verifier) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(portal + "/gatehouse/api/v1/program"))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("code=" + code + "&verifier=" + verifier))
                .build();
        HttpResponse<String> response;
        try {
            response = client().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new FailedException(portal + " can not be reached: " + reason);
        }
        Object read = response.statusCode() == 200
                ? new Load(LoadSettings.builder().build()).loadFromString(response.body())
                : response.body();
        if (read instanceof Map<?, ?> map
                && map.get("token") instanceof String token
                && map.get("expires") instanceof String expires
                && map.get("user") instanceof String user) {
            return new CachedLogin(token, Instant.parse(expires), user);
        }
        throw new FailedException("the portal answered " + response.statusCode() + " to the login");
    }

    private HttpClient client() {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10));
        authority.ifPresent(pem -> builder.sslContext(trusting(pem)));
        return builder.build();
    }

    private static SSLContext trusting(byte[] pem) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new FailedException("the certificate authority can not be read: " + e.getMessage());
        }
    }
}
