package io.gatehouse.request;

import java.util.List;

/**
 * Paths by whole segments: {@code /api/v1/pods} is that path, {@code *} is any one segment, {@code /**} at the end is the
 * path before it and all below. A slash at the end of a request's path does not count.
 *
 * @param segments in the spelling of {@link RequestTarget#path}
 * @param subtree whether it ends in {@code /**}
 */
public record PathPattern(List<String> segments, boolean subtree) {

    private static final String ANY = "*";
    private static final String SUBTREE = "/**";

    /** @throws IllegalArgumentException saying what was expected */
    public static PathPattern parse(String text) {
        if (text.contains("%2A") || text.contains("%2a") || text.indexOf('?') >= 0) {
            throw new IllegalArgumentException("expected a path without a query and without an encoded star");
        }
        boolean subtree = text.endsWith(SUBTREE);
        String path = subtree ? text.substring(0, text.length() - SUBTREE.length()) : text;
        if (path.isEmpty() && subtree) {
            return new PathPattern(List.of(), true);
        }
        List<String> segments;
        try {
            segments = segments(RequestTarget.of(path, null).path());
        } catch (InvalidRequestException e) {
            throw new IllegalArgumentException("expected a path such as /metrics or /api/**: " + e.getMessage(), e);
        }
        if (segments.stream().anyMatch(segment -> segment.contains(ANY) && !segment.equals(ANY))) {
            throw new IllegalArgumentException("expected * as a whole segment, or /** at the end");
        }
        return new PathPattern(segments, subtree);
    }

    private static List<String> segments(String path) {
        int end = path.endsWith("/") ? path.length() - 1 : path.length();
        return end == 0 ? List.of() : List.of(path.substring(1, end).split("/", -1));
    }

    /** @param path a canonical one */
    public boolean matches(String path) {
        int end = path.length() > 0 && path.charAt(path.length() - 1) == '/' ? path.length() - 1 : path.length();
        int at = 0;
        for (String segment : segments) {
            if (at >= end) {
                return false;
            }
            int next = path.indexOf('/', at + 1);
            int to = next < 0 || next > end ? end : next;
            boolean same = segment.equals(ANY) || segment.length() == to - at - 1 && path.startsWith(segment, at + 1);
            if (!same) {
                return false;
            }
            at = to;
        }
        return subtree || at >= end;
    }

    @Override
    public String toString() {
        String path = "/" + String.join("/", segments);
        return subtree ? (segments.isEmpty() ? "" : path) + SUBTREE : path;
    }
}
