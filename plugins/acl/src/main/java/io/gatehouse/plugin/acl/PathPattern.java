package io.gatehouse.plugin.acl;

import java.util.ArrayList;
import java.util.List;

/**
 * A path of whole segments as a rule's object, on any target.
 *
 * <ul>
 *   <li>{@code /api/v1/pods} is that path; a slash at the end of a request's path does not count.
 *   <li>{@code *} as a segment is exactly one segment, whatever is in it.
 *   <li>{@code /**} at the end is the path before it and everything below; {@code /**} alone is every path.
 * </ul>
 *
 * <p>There are no other wildcards. The query is never part of a match. A pattern is compared in the canonical spelling of
 * {@link PathEncoding}, as requests are. A star itself is written {@code %2A}.
 *
 * @param segments in canonical spelling; {@link #ANY} itself (the same object) stands for one of any
 * @param subtree whether it ends in {@code /**}
 */
record PathPattern(List<String> segments, boolean subtree) implements RuleObject {

    /** Stands for any one segment. Not a text that a literal segment can have. */
    static final String ANY = "/*";

    static final int MAXIMUM_SEGMENTS = 64;

    @Override
    public int actions(String column, boolean denies) {
        return Actions.parse(column, denies);
    }

    /** @throws IllegalArgumentException with a message for the administrator */
    static PathPattern parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("path \"" + text + "\" does not start with /");
        }
        requirePlainCharacters(text);
        boolean subtree = text.endsWith("/**");
        String path = subtree ? text.substring(0, text.length() - 3) : text;
        if (path.isEmpty() || path.equals("/") && !subtree) {
            return new PathPattern(List.of(), subtree);
        }
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            segments.add(segment(segment, text));
        }
        if (segments.size() > MAXIMUM_SEGMENTS) {
            throw new IllegalArgumentException("a path has more than " + MAXIMUM_SEGMENTS + " segments");
        }
        return new PathPattern(List.copyOf(segments), subtree);
    }

    private static String segment(String segment, String text) {
        if (segment.isEmpty()) {
            throw new IllegalArgumentException(
                    text.contains("//")
                            ? "path \"" + text + "\" has an empty segment"
                            : "path \"" + text + "\" ends in /; leave it out, it does not count in a request either");
        }
        if (segment.equals("*")) {
            return ANY;
        }
        if (segment.indexOf('*') >= 0) {
            throw new IllegalArgumentException(
                    "path \"" + text
                            + "\" has a * inside; * stands for one whole segment, /** only at the end, and a star itself is %2A");
        }
        String canonical = PathEncoding.canonical(segment);
        if (canonical.equals(".") || canonical.equals("..")) {
            throw new IllegalArgumentException("path \"" + text + "\" has a segment " + canonical);
        }
        return canonical;
    }

    private static void requirePlainCharacters(String text) {
        if (text.indexOf('?') >= 0) {
            throw new IllegalArgumentException("path \"" + text + "\" has a ?; the query is never part of a match");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ';' || c == '\\' || c == '#' || c == '"') {
                throw new IllegalArgumentException("path \"" + text + "\" has a " + c + ", which no request may have");
            }
            if (c <= ' ' || c > '~') {
                throw new IllegalArgumentException(
                        "path \"" + text + "\" has a character that must be percent-encoded, as in a request");
            }
        }
        String problem = PathEncoding.problem(text);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("path \"" + text + "\" has " + problem);
        }
    }
}
