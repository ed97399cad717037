package io.gatehouse.config;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects what is wrong, so that an administrator sees all of it at once. */
public final class Problems {

    private static final Pattern LINE_AND_COLUMN = Pattern.compile("(:[0-9]+){1,2}$");

    private final List<ConfigurationProblem> found = new ArrayList<>();
    private boolean fatal;

    public void add(String place, String message) {
        add(new ConfigurationProblem(place, message));
    }

    /** Adds a problem once, however many readers trip over it. */
    public void add(ConfigurationProblem problem) {
        addContained(problem);
        makeFatal();
    }

    /** Adds a problem that turns some targets to 503 and leaves the others as they are. */
    public void addContained(ConfigurationProblem problem) {
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /** Says that what was added is more than its place could contain. */
    public void makeFatal() {
        fatal = true;
    }

    /** Whether there is a problem that is not contained: the configuration as a whole has no reading. */
    public boolean isFatal() {
        return fatal;
    }

    public void addAll(ConfigurationException exception) {
        exception.problems().forEach(this::add);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public List<ConfigurationProblem> list() {
        return List.copyOf(found);
    }

    /** The list as it is printed: numbered, one a line. */
    public static String numbered(List<ConfigurationProblem> problems) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < problems.size(); i++) {
            text.append(i == 0 ? "" : "\n").append(i + 1).append(") ").append(problems.get(i));
        }
        return text.toString();
    }

    /** Whether there is a problem that was not there before. Its line does not count: an edit above it moves it. */
    public static boolean isWorse(List<ConfigurationProblem> before, List<ConfigurationProblem> now) {
        List<String> known = new ArrayList<>();
        before.forEach(problem -> known.add(withoutLine(problem)));
        return now.stream().anyMatch(problem -> !known.remove(withoutLine(problem)));
    }

    private static String withoutLine(ConfigurationProblem problem) {
        return LINE_AND_COLUMN.matcher(problem.place()).replaceFirst("") + ": " + problem.message();
    }
}
