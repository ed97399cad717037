package io.gatehouse.config;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.Secret;
import io.gatehouse.target.TargetSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** Reads the files of a target, and what Gatehouse shows of itself there. */
final class CredentialReader {

    private final Path home;
    private final WatchedFiles files;
    private final Problems problems;

    CredentialReader(Path home, WatchedFiles files, Problems problems) {
        this.home = home;
        this.files = files;
        this.problems = problems;
    }

    Optional<ConfigFile> file(Section section, String key) {
        Optional<String> name = section.text(key);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            ConfigFile file = files.read(home.resolve(name.get()));
            file.text(); // PEM and tokens are text
            return Optional.of(file);
        } catch (ConfigurationException e) {
            problems.addContained(new ConfigurationProblem(section.placeOf(key), "\"" + key + "\": " + e.getMessage()));
            return Optional.empty();
        }
    }

    TargetSettings.Credential read(Section section) {
        Optional<ConfigFile> certificate = file(section, "client-certificate");
        Optional<ConfigFile> key = file(section, "client-key");
        if (section.has("client-certificate") != section.has("client-key")) {
            problems.add(section.place(), "expected \"client-certificate\" and \"client-key\" together");
        }
        Optional<Secret> bearer = file(section, "token-file").map(file -> bearer(section, file));
        Optional<Secret> basic = section.section("basic").flatMap(this::basic);
        if (section.has("token-file") && section.has("basic")) {
            section.problem("basic", "expected \"token-file\" or \"basic\", not both");
        }
        return new TargetSettings.Credential(bearer.or(() -> basic), certificate, key);
    }

    private Secret bearer(Section section, ConfigFile file) {
        String token = file.text().strip();
        if (token.isEmpty() || !token.matches("[\\x21-\\x7e]+")) {
            problems.addContained(new ConfigurationProblem(
                    section.placeOf("token-file"),
                    "\"token-file\": " + file + " does not hold one token of printable characters"));
        }
        return Secret.of("Bearer " + token);
    }

    private Optional<Secret> basic(Section section) {
        Optional<String> user = section.text("user");
        Optional<String> password = section.text("password");
        section.finish();
        if (user.isEmpty() || password.isEmpty()) {
            problems.add(section.place(), "\"basic\": expected \"user\" and \"password\"");
            return Optional.empty();
        }
        byte[] pair = (user.get() + ":" + password.get()).getBytes(StandardCharsets.UTF_8);
        return Optional.of(Secret.of("Basic " + Base64.getEncoder().encodeToString(pair)));
    }
}
