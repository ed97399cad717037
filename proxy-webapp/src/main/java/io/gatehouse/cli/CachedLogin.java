package io.gatehouse.cli;

import io.gatehouse.reload.OwnerOnly;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * What {@code gatehouse login} has got from a portal, in a file that only its owner reads.
 *
 * @param token the API token
 * @param expires when it ends
 * @param user who logged in
 */
record CachedLogin(String token, Instant expires, String user) {

    /** One that ends while a command runs is of little use. */
    private static final int LEFT_SECONDS = 60;

    /** The file of a portal, below the person's own folder. */
    static Path file(URI portal) {
        String name =
                (portal.getHost() + "-" + portal.getPort() + portal.getRawPath()).replaceAll("[^A-Za-z0-9.-]", "_");
        return Path.of(System.getProperty("user.home"), ".gatehouse", "login", name);
    }

    /** The one in a file, when it is good for a while yet. */
    static Optional<CachedLogin> read(Path file, Instant now) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        try {
            return lines.size() == 3
                    ? Optional.of(new CachedLogin(lines.get(0), Instant.parse(lines.get(1)), lines.get(2)))
                            .filter(login -> login.expires().isAfter(now.plusSeconds(LEFT_SECONDS)))
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "CachedLogin[" + user + ", " + expires + "]";
    }

    void write(Path file) throws IOException {
        OwnerOnly.write(file, (token + "\n" + expires + "\n" + user + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
