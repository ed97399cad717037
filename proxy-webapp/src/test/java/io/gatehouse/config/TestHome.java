package io.gatehouse.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A home in a temporary folder, and what reading it gives. */
final class TestHome {

    /** What a target needs beside its place and url. */
    static final String ACCESS = "authenticators: [anonymous], authorizers: [policy], identity: silent";

    /** A configuration without a target; further sections can follow. */
    static final String BASE = """
            authorizers:
              policy: {plugin: acl}
            identities:
              silent: {plugin: none}
            audit:
              sinks:
                local: {plugin: audit-file}
            """;

    final Path folder;
    final Map<String, String> environment = new HashMap<>();
    final WatchedFiles files = new WatchedFiles();
    final Problems problems = new Problems();

    TestHome(Path folder) {
        this.folder = folder;
    }

    TestHome file(String name, String text) {
        try {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<GatehouseConfig> read(String yaml) {
        file(ConfigReader.FILE_NAME, yaml);
        return ConfigReader.read(folder, environment::get, files, problems);
    }

    /** The problems as they are printed, with the folder's name left out. */
    String problems(String yaml) {
        read(yaml);
        return Problems.numbered(problems.list()).replace(folder.toString(), "HOME");
    }

    /** Likewise of the usual parts with more behind them; these begin at line 8. */
    String problemsBehindBase(String yaml) {
        return problems(BASE + yaml);
    }
}
