package io.gatehouse.plugin.htpasswd;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationProblem;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code name:hash} lines. A message names the line and never shows a part of it that may be a password. */
final class PasswordFile {

    private final ConfigFile file;
    private final boolean allowSha;
    private final List<ConfigurationProblem> problems;

    /** @param problems are added to */
    PasswordFile(ConfigFile file, boolean allowSha, List<ConfigurationProblem> problems) {
        this.file = file;
        this.allowSha = allowSha;
        this.problems = problems;
    }

    Map<String, PasswordHash> read() {
        Map<String, PasswordHash> hashes = new LinkedHashMap<>();
        Map<String, Integer> lines = new HashMap<>();
        int before = problems.size();
        int number = 0;
        for (String line : file.lines()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                int colon = line.indexOf(':');
                if (colon < 0) {
                    throw new IllegalArgumentException("expected name:hash");
                }
                String user = Names.require(line.substring(0, colon), "the name before the colon");
                Integer first = lines.putIfAbsent(user, number);
                if (first != null) {
                    throw new IllegalArgumentException("user \"" + user + "\" stands in line " + first + " already");
                }
                hashes.put(user, PasswordHash.parse(line.substring(colon + 1).stripTrailing(), allowSha));
            } catch (IllegalArgumentException e) {
                problems.add(file.problemAt(number, e.getMessage()));
            }
        }
        if (hashes.isEmpty() && problems.size() == before) {
            problems.add(file.problemAt(1, "there is no user in this file; add one with htpasswd -B"));
        }
        return hashes;
    }
}
