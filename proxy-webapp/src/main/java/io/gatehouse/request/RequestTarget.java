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
 */
public final class RequestTarget {

    /** Longest path that is read; a Kubernetes path stays far below. */
    public static final int MAX_PATH = 8 * 1024;

    /** Longest query that is read; an exec with a long command needs some of it. */
    public static final int MAX_QUERY = 48 * 1024;

    private static final int PLAIN = 1;
    private static final int REFUSED = 2;
    /** What a byte means in a path: 0 refused raw, {@link #PLAIN} may stand as it is. */
    private static final byte[] PATH_BYTE = new byte[128];
    /** What an encoded byte below 128 means: 0 stays encoded, {@link #PLAIN} is decoded, {@link #REFUSED}. */
    private static final byte[] ENCODED_BYTE = new byte[128];

    static {
        String unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        for (char c : unreserved.toCharArray()) {
            PATH_BYTE[c] = PLAIN;
            ENCODED_BYTE[c] = REFUSED; // nobody encodes these but to hide them
        }
        for (char c : "!$&'()*+,=:@".toCharArray()) {
            PATH_BYTE[c] = PLAIN;
            ENCODED_BYTE[c] = PLAIN;
        }
        for (int c = 0; c < ' '; c++) {
            ENCODED_BYTE[c] = REFUSED;
        }
        for (char c : "/\\%;#\u007f".toCharArray()) {
            ENCODED_BYTE[c] = REFUSED; // a second separator, a second decoding, a path parameter, a fragment
        }
    }

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
        checkQuery(rawQuery);
        return new RequestTarget(rawPath, canonical(rawPath), rawQuery == null ? "" : rawQuery, rawQuery != null);
    }

    private static String canonical(String raw) {
        int length = raw.length();
        if (length == 0 || raw.charAt(0) != '/') {
            throw new InvalidRequestException("the request target must be a path that starts with /");
        }
        if (length > MAX_PATH) {
            throw new InvalidRequestException(414, "the path is longer than " + MAX_PATH + " characters");
        }
        StringBuilder changed = null; // most paths are canonical as they come
        boolean beyondAscii = false;
        int segment = 1;
        for (int i = 1; i < length; i++) {
            char c = raw.charAt(i);
            if (c == '/') {
                checkSegment(raw, segment, i);
                segment = i + 1;
            } else if (c == '%') {
                int octet = octet(raw, i);
                beyondAscii |= octet >= 128;
                int meaning = octet < 128 ? ENCODED_BYTE[octet] : 0;
                if (meaning == REFUSED) {
                    throw new InvalidRequestException(
                            "the path has " + raw.substring(i, i + 3) + ", which has no single reading");
                }
                boolean lowerCaseHex = raw.charAt(i + 1) >= 'a' || raw.charAt(i + 2) >= 'a';
                if (changed == null && (meaning == PLAIN || lowerCaseHex)) {
                    changed = new StringBuilder(length).append(raw, 0, i);
                }
                if (changed != null && meaning == PLAIN) {
                    changed.append((char) octet);
                } else if (changed != null) {
                    changed.append('%').append(hexDigit(octet >> 4)).append(hexDigit(octet & 15));
                }
                i += 2;
                continue;
            } else if (c >= 128 || PATH_BYTE[c] != PLAIN) {
                throw new InvalidRequestException(
                        "the path has a character that may not stand there unencoded or at all");
            }
            if (changed != null) {
                changed.append(c);
            }
        }
        if (segment < length) {
            checkSegment(raw, segment, length);
        }
        if (beyondAscii) {
            percentDecoded(raw);
        }
        return changed == null ? raw : changed.toString();
    }

    private static void checkSegment(String raw, int from, int to) {
        if (from == to) {
            throw new InvalidRequestException("the path has an empty segment (//)");
        }
        boolean dot = raw.charAt(from) == '.' && (to - from == 1 || to - from == 2 && raw.charAt(from + 1) == '.');
        if (dot) {
            throw new InvalidRequestException("the path has a dot segment");
        }
    }

    private static int octet(String raw, int percent) {
        int high = percent + 2 < raw.length() ? Character.digit(raw.charAt(percent + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(raw.charAt(percent + 2), 16);
        if (low < 0 || raw.charAt(percent + 1) >= 128 || raw.charAt(percent + 2) >= 128) {
            throw new InvalidRequestException("the path has a % that two hexadecimal digits do not follow");
        }
        return high << 4 | low;
    }

    private static char hexDigit(int value) {
        return "0123456789ABCDEF".charAt(value);
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
                bytes.put((byte) octet(path, i));
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
