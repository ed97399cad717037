package io.gatehouse.plugin.kubernetes;

import java.util.regex.Pattern;

/** The first line of a helper's complaint, fit for a log: without what may be a secret. */
final class SafeLine {

    private static final int MAX_LENGTH = 200;
    private static final Pattern LONG_WORD = Pattern.compile("eyJ[A-Za-z0-9_.-]+|[A-Za-z0-9_+=~-]{24,}");
    private static final Pattern NAMED =
            Pattern.compile("(?i)((?:token|password|passwd|secret|key|bearer|basic)[\"']?\\s*[:= ]\\s*)[^\\s,;]+");
    private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]+@");

    private SafeLine() {}

    static String of(String complaint, ExecSpec spec) {
        String line = complaint
                .lines()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        for (String value : spec.environment().values()) {
            line = value.length() < 4 ? line : line.replace(value, "***");
        }
        line = USER_INFO.matcher(line).replaceAll("://***@");
        line = NAMED.matcher(line).replaceAll("$1***");
        line = LONG_WORD.matcher(line).replaceAll("***");
        line = line.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
    }
}
