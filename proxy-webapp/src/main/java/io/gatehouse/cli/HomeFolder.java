package io.gatehouse.cli;

import io.gatehouse.server.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder that a command works on.
 *
 * @param named whether somebody named it; else it is the default in the person's own home, which a start makes
 */
record HomeFolder(Path path, boolean named) {

    static HomeFolder of(Options options) {
        Optional<Path> named = options.value("--home").map(Path::of).or(Home::named);
        return new HomeFolder(named.orElseGet(EmbeddedDefault::home), named.isPresent());
    }

    /** Whether a start has to make it first. */
    boolean isToBeMade() {
        return !named && !Files.exists(path);
    }

    /** Why it is of no use, and what to do; nothing when it is a folder. */
    Optional<String> trouble() {
        if (Files.isDirectory(path)) {
            return Optional.empty();
        }
        String advice = named
                ? "name one that has a gatehouse.yaml"
                : (isToBeMade() ? "gatehouse run makes it" : "move it away") + ", or name another with --home";
        return Optional.of(path + " is not a folder; " + advice);
    }
}
