package io.gatehouse.plugin.htpasswd;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code group: user user} lines, as Apache's AuthGroupFile has them. A group may have several lines; users who are
 * not in the password file do not matter, as such a file is often shared.
 */
final class GroupFile {

    private final ConfigFile file;
    private final List<ConfigurationProblem> problems;

    /** @param problems are added to */
    GroupFile(ConfigFile file, List<ConfigurationProblem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The groups of each user, in the order of the file. */
    Map<String, List<String>> read() {
        Map<String, List<String>> groups = new HashMap<>();
        int number = 0;
        for (String line : file.lines()) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            try {
                int colon = text.indexOf(':');
                if (colon < 0) {
                    throw new IllegalArgumentException("expected group: user user");
                }
                String group = Names.require(text.substring(0, colon).strip(), "the group before the colon");
                for (String user : text.substring(colon + 1).strip().split("\\s+")) {
                    if (!user.isEmpty()) {
                        groups.computeIfAbsent(Names.require(user, "a user"), name -> new ArrayList<>())
                                .add(group);
                    }
                }
            } catch (IllegalArgumentException e) {
                problems.add(file.problemAt(number, e.getMessage()));
            }
        }
        return groups;
    }
}
