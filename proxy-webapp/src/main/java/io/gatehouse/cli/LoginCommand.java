package io.gatehouse.cli;

import io.gatehouse.config.PortalAddress;
import io.gatehouse.login.KeyRing;
import io.gatehouse.login.ProgramCodes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code gatehouse login URL}: logs in with a browser, of this machine or of another, and keeps the token for a working
 * day. With {@code --exec} it is kubectl's exec credential plugin.
 */
final class LoginCommand {

    private static final int MINUTES = 5;

    private LoginCommand() {}

    /** @return the exit code of the process */
    static int run(List<String> words) throws InterruptedException {
        if (words.isEmpty() || words.get(0).startsWith("-")) {
            throw new UsageException("login needs the address of a portal, such as https://gate.example.com");
        }
        Options options = Options.parse(words.subList(1, words.size()), Set.of("--exec", "--device", "--new"), "--ca");
        URI portal = portal(words.get(0));
        ClusterInfo info = ClusterInfo.of(System.getenv("KUBERNETES_EXEC_INFO"));
        try {
            CachedLogin login = login(portal, options, info);
            System.out.println(
                    options.has("--exec")
                            ? credential(login, info.apiVersion())
                            : "Logged in to " + portal + " as " + login.user() + " until " + login.expires());
            return 0;
        } catch (LoginFailedException e) {
            System.err.println("gatehouse: " + e.getMessage());
            return 1;
        }
    }

    private static CachedLogin login(URI portal, Options options, ClusterInfo info) throws InterruptedException {
        Path file = CachedLogin.file(portal);
        Optional<CachedLogin> known = options.has("--new") ? Optional.empty() : cached(file);
        if (known.isPresent()) {
            return known.get();
        }
        PortalClient client = new PortalClient(portal, authority(options.value("--ca"), info));
        client.find();
        CachedLogin login = options.has("--device")
                ? new DeviceLogin(client, time -> Thread.sleep(time.toMillis())).logIn()
                : logIn(client);
        try {
            login.write(file);
        } catch (IOException e) {
            throw new LoginFailedException(file + " can not be written: " + e);
        }
        return login;
    }

    /** What can not be read is as good as nothing. */
    private static Optional<CachedLogin> cached(Path file) {
        try {
            return CachedLogin.read(file, Instant.now());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<byte[]> authority(Optional<String> file, ClusterInfo info) {
        if (file.isEmpty()) {
            return info.authority().map(LoginCommand::decoded);
        }
        try {
            return Optional.of(Files.readAllBytes(Path.of(file.get())));
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new LoginFailedException("--ca: there is no file " + file.get());
        } catch (IOException e) {
            throw new LoginFailedException("--ca: " + file.get() + " can not be read: " + e);
        }
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new LoginFailedException("certificate-authority-data in KUBERNETES_EXEC_INFO is not base64");
        }
    }

    private static URI portal(String text) {
        try {
            return PortalAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("\"" + text + "\": " + e.getMessage());
        }
    }

    private static String credential(CachedLogin login, String apiVersion) {
        return "{\"apiVersion\": \"" + apiVersion + "\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \""
                + login.token() + "\", \"expirationTimestamp\": \"" + login.expires() + "\"}}";
    }

    /** With a browser on this machine. */
    private static CachedLogin logIn(PortalClient client) throws InterruptedException {
        String verifier = KeyRing.randomName() + KeyRing.randomName();
        String state = KeyRing.randomName();
        String code;
        try (LoopbackAnswer answer = new LoopbackAnswer(state)) {
            String page = client.portal() + "/gatehouse/program?port=" + answer.port() + "&challenge="
                    + ProgramCodes.challenge(verifier) + "&state=" + state;
            System.err.println("Log in with a browser on this computer:\n\n  " + page + "\n");
            Browsers.open(page);
            code = answer.await(MINUTES)
                    .orElseThrow(() -> new LoginFailedException("nobody logged in within " + MINUTES + " minutes"));
        } catch (IOException e) {
            throw new LoginFailedException("no port of this machine can be opened for the browser's answer: " + e);
        }
        try {
            return client.post("/gatehouse/api/v1/program", Map.of("code", code, "verifier", verifier))
                    .login();
        } catch (IOException e) {
            throw UnreachablePortal.because(e, client.portal());
        }
    }
}
