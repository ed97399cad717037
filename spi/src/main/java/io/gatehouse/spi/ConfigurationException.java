package io.gatehouse.spi;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration can not be used. Carries every problem that was found, at least one. */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<ConfigurationProblem> problems;

    /** With one problem. */
    public ConfigurationException(ConfigurationProblem problem) {
        this(List.of(problem));
    }

    /** With all that were found. @throws IllegalArgumentException when there are none */
    public ConfigurationException(List<ConfigurationProblem> problems) {
        super(problems.stream().map(ConfigurationProblem::toString).collect(Collectors.joining("\n")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("a configuration exception needs a problem");
        }
        this.problems = List.copyOf(problems);
    }

    /** In the order in which they were found. */
    public List<ConfigurationProblem> problems() {
        return problems;
    }
}
