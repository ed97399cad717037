package io.gatehouse.plugin.acl;

/**
 * A request's path, cut into segments once, without copying them. One slash at its end does not count: kube-apiserver
 * drops it (requestinfo.go), so a rule about {@code /a} must hold for {@code /a/}.
 *
 * <p>The host refuses ambiguous paths long before; a path that is one nevertheless is not canonical here, and refused.
 */
final class RequestPath {

    private static final RequestPath AMBIGUOUS = new RequestPath("", new int[0], -1);

    private final String path;
    private final int[] bounds;
    private final int count;

    private RequestPath(String path, int[] bounds, int count) {
        this.path = path;
        this.bounds = bounds;
        this.count = count;
    }

    /** @param depth how many segments will be looked at; of a longer path the rest is checked, but not kept */
    static RequestPath of(String raw, int depth) {
        if (raw.indexOf('%') >= 0 && !PathEncoding.problem(raw).isEmpty()) {
            return AMBIGUOUS;
        }
        String path = PathEncoding.canonical(raw);
        int length = path.length();
        if (length == 0 || path.charAt(0) != '/') {
            return AMBIGUOUS;
        }
        int[] bounds = new int[3 * depth];
        int count = 0;
        int start = 1;
        int hash = 0;
        for (int i = 1; i <= length; i++) {
            char c = i < length ? path.charAt(i) : '/';
            if (c != '/') {
                if (c <= ' ' || c > '~' || c == ';' || c == '\\' || c == '?' || c == '#') {
                    return AMBIGUOUS;
                }
                hash = 31 * hash + c;
                continue;
            }
            if (i == start) {
                if (i < length) {
                    return AMBIGUOUS;
                }
                break;
            }
            if (isDots(path, start, i)) {
                return AMBIGUOUS;
            }
            if (count < depth) {
                bounds[3 * count] = start;
                bounds[3 * count + 1] = i;
                bounds[3 * count + 2] = hash;
            }
            count++;
            start = i + 1;
            hash = 0;
        }
        return new RequestPath(path, bounds, count);
    }

    private static boolean isDots(String path, int start, int end) {
        return path.charAt(start) == '.' && (end - start == 1 || end - start == 2 && path.charAt(start + 1) == '.');
    }

    boolean isCanonical() {
        return count >= 0;
    }

    /** How many segments the path has. */
    int count() {
        return count;
    }

    /** The hash of a segment, as {@link String#hashCode} of its text. */
    int hash(int index) {
        return bounds[3 * index + 2];
    }

    boolean segmentEquals(int index, String text) {
        int start = bounds[3 * index];
        return bounds[3 * index + 1] - start == text.length() && path.startsWith(text, start);
    }
}
