package io.gatehouse.request;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The one reading of what a request asks for. Routing, Kubernetes attributes, policy, audit and upstream all use this
 * value, so there is no second opinion to smuggle a path through.
 *
 * <p>{@link #path} is canonical: absolute, no empty and no dot segment, nothing encoded that could be written plainly, hex
 * digits upper case, UTF-8. What is not canonical and can not be made so without a change of meaning is refused
 * (RFC 3986 6.2.2 says which readings are the same). {@link #rawPath} and {@link #query} are the client's own bytes and
 * are what an upstream receives; the canonical path differs from the raw one at most in {@code %3A} for {@code :} and the
 * like, which no upstream tells apart.
 *
 * <p>An encoded slash is refused, but where a target takes it. It stays encoded then, inside its segment, and is judged in
 * both readings, as it is and as a slash: {@link #pathWithSlashes}.
 */
public final class RequestTarget {

    /** Longest path that is read; a Kubernetes path stays far below. */
    public static final int MAX_PATH = 8 * 1024;

    /** Longest query that is read; an exec with a long command needs some of it. */
    public static final int MAX_QUERY = 48 * 1024;

    private static final String SLASH = "%2F";

    private final String rawPath;
    private final String path;
    private final String query;
    private final boolean hasQuery;

    private RequestTarget(String rawPath, String path, String query, boolean hasQuery) {
        this.rawPath = rawPath;
        this.path = path;
        this.query = query;
        this.hasQuery = hasQuery;
    }

    /**
     * Reads a target.
     *
     * @param rawPath as it stood in the request line, before the question mark
     * @param rawQuery what stood behind it; null for no question mark, as the Servlet API says it
     * @throws InvalidRequestException when it has no single reading; the message says which part and what was expected
     */
    public static RequestTarget of(String rawPath, String rawQuery) {
        RequestTarget target = withEncodedSlashes(rawPath, rawQuery);
        target.refuseEncodedSlash();
        return target;
    }

    /**
     * Reads a target that may have encoded slashes; whoever can not place them must {@link #refuseEncodedSlash}.
     *
     * @throws InvalidRequestException as {@link #of} does
     */
    public static RequestTarget withEncodedSlashes(String rawPath, String rawQuery) {
        checkQuery(rawQuery);
        return new RequestTarget(
                rawPath, CanonicalPath.of(rawPath), rawQuery == null ? "" : rawQuery, rawQuery != null);
    }

    /** @throws InvalidRequestException when there is an encoded slash */
    public void refuseEncodedSlash() {
        int at = path.indexOf(SLASH);
        if (at >= 0) {
            throw new InvalidRequestException("the path has " + SLASH + ", which has no single reading");
        }
    }

    private static void checkQuery(String query) {
        if (query == null) {
            return;
        }
        if (query.length() > MAX_QUERY) {
            throw new InvalidRequestException(414, "the query is longer than " + MAX_QUERY + " characters");
        }
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c <= ' ' || c >= 127 || c == '#') {
                throw new InvalidRequestException("the query has a character that must be percent-encoded");
            }
        }
    }

    /**
     * A path with every {@code %XX} decoded.
     *
     * @throws InvalidRequestException when that is not UTF-8
     */
    public static String percentDecoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        ByteBuffer bytes = ByteBuffer.allocate(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                bytes.put((byte) CanonicalPath.octet(path, i));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException("the path is not UTF-8 when decoded");
        }
    }

    /** The canonical path; begins with a slash. */
    public String path() {
        return path;
    }

    /** Whether a slash is encoded in the path. */
    public boolean hasEncodedSlash() {
        return path.contains(SLASH);
    }

    /** The path as an upstream reads it that decodes slashes and takes several for one: canonical as well. */
    public String pathWithSlashes() {
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            boolean encoded = path.startsWith(SLASH, i);
            boolean slash = encoded || path.charAt(i) == '/';
            i += encoded ? SLASH.length() - 1 : 0;
            boolean second = slash && !decoded.isEmpty() && decoded.charAt(decoded.length() - 1) == '/';
            if (!second) {
                decoded.append(slash ? '/' : path.charAt(i));
            }
        }
        return decoded.toString();
    }

    /** The path as it was sent. */
    public String rawPath() {
        return rawPath;
    }

    /** The query as it was sent, without the question mark; empty for none. */
    public String query() {
        return query;
    }

    /** The query with its question mark, or nothing: {@code ?} alone is kept. */
    public String querySuffix() {
        return hasQuery ? "?" + query : "";
    }

    /**
     * The rest of this target behind a prefix of whole segments, as when {@code /clusters/a/} serves a target.
     *
     * @param segments how many leading segments go
     */
    public RequestTarget withoutLeadingSegments(int segments) {
        return segments == 0
                ? this
                : new RequestTarget(dropSegments(rawPath, segments), dropSegments(path, segments), query, hasQuery);
    }

    private static String dropSegments(String path, int segments) {
        int at = 0;
        for (int i = 0; i < segments; i++) {
            at = path.indexOf('/', at + 1);
            if (at < 0) {
                return "/";
            }
        }
        return path.substring(at);
    }

    @Override
    public String toString() {
        return path + querySuffix();
    }
}
