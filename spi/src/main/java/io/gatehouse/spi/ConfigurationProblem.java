package io.gatehouse.spi;

import java.util.Objects;

/**
 * One thing that an administrator has to mend.
 *
 * @param place the file and line, such as {@code policy.csv:7} or {@code gatehouse.yaml:12:5}
 * @param message what is wrong there and what was expected, one line, without a secret
 */
public record ConfigurationProblem(String place, String message) {

    public ConfigurationProblem {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(message, "message");
    }

    @Override
    public String toString() {
        return place + ": " + message;
    }
}
