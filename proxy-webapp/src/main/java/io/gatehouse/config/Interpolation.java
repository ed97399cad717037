package io.gatehouse.config;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Puts {@code ${env:NAME}} and {@code ${file:path}} into a value, in one pass: what comes in is never looked at again.
 * {@code $${} stands for a plain <code>${</code>.
 */
final class Interpolation {

    private final Path home;
    private final Function<String, String> environment;
    private final WatchedFiles files;

    Interpolation(Path home, Function<String, String> environment, WatchedFiles files) {
        this.home = home;
        this.environment = environment;
        this.files = files;
    }

    /**
     * The value with its references resolved; the line ends at a file's end are left out.
     *
     * @throws IllegalArgumentException naming the reference, never a value
     */
    String resolve(String text) {
        if (text.indexOf("${") < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (true) {
            int open = text.indexOf("${", at);
            if (open < 0) {
                return out.append(text, at, text.length()).toString();
            }
            if (open > at && text.charAt(open - 1) == '$') {
                out.append(text, at, open - 1).append("${");
                at = open + 2;
                continue;
            }
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("\"${\" has no closing brace; write $${ for a plain one");
            }
            out.append(text, at, open).append(lookUp(text.substring(open + 2, close)));
            at = close + 1;
        }
    }

    private static String withoutLineEnds(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(0, end);
    }

    private String lookUp(String reference) {
        if (reference.startsWith("env:")) {
            String value = environment.apply(reference.substring(4));
            if (value == null) {
                throw new IllegalArgumentException("environment variable " + reference.substring(4) + " is not set");
            }
            return value;
        }
        if (reference.startsWith("file:")) {
            Path path = home.resolve(reference.substring(5));
            try {
                ConfigFile file = files.read(path);
                return withoutLineEnds(file.text());
            } catch (ConfigurationException e) {
                throw new IllegalArgumentException(
                        "${file:…} " + e.problems().get(0).place() + ": "
                                + e.problems().get(0).message(),
                        e);
            }
        }
        throw new IllegalArgumentException("\"${" + reference + "}\" is neither ${env:NAME} nor ${file:PATH}");
    }
}
