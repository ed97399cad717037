package io.gatehouse.plugin.acl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One spelling for one path: percent-encoded printable ASCII is written plainly and other bytes with upper-case digits
 * (RFC 3986 6.2.2), so that {@code %61pi} can not slip by a rule about {@code api}. What would change the structure of
 * the path when somebody decodes it (backslash, semicolon, control characters) has no spelling here at all. An encoded
 * slash is no separator: it stays {@code %2F}, inside its segment. Some upstreams do take it for one, so the host has a
 * request with one judged as both.
 */
final class PathEncoding {

    private PathEncoding() {}

    /** What is wrong with the percent-encodings of a path, as in "has …"; empty when nothing is. */
    static String problem(String path) {
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            int value = valueAt(path, i);
            if (value < 0) {
                return "a % without two hexadecimal digits";
            }
            if (value < ' ' || value == 0x7f || value == '\\' || value == ';') {
                return "the encoding " + path.substring(i, i + 3) + ", which no request may have";
            }
            if (value == '/'
                    && (hasDots(path, pieceStart(path, i), i) || hasDots(path, i + 3, pieceEnd(path, i + 3)))) {
                return "a . or .. beside an encoded slash, which no request may have";
            }
        }
        return "";
    }

    private static int pieceStart(String path, int end) {
        int start = end;
        while (start > 0 && path.charAt(start - 1) != '/' && !isEncodedSlash(path, start - 3)) {
            start--;
        }
        return start;
    }

    private static int pieceEnd(String path, int start) {
        int end = start;
        while (end < path.length() && path.charAt(end) != '/' && !isEncodedSlash(path, end)) {
            end++;
        }
        return end;
    }

    private static boolean isEncodedSlash(String path, int at) {
        return at >= 0 && path.regionMatches(true, at, "%2F", 0, 3);
    }

    private static boolean hasDots(String path, int start, int end) {
        String piece = path.substring(start, end).replace("%2e", ".").replace("%2E", ".");
        return piece.equals(".") || piece.equals("..");
    }

    /** The canonical spelling of a path without a {@link #problem}. */
    static String canonical(String path) {
        int percent = path.indexOf('%');
        if (percent < 0) {
            return path;
        }
        StringBuilder canonical = new StringBuilder(path.length()).append(path, 0, percent);
        for (int i = percent; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%') {
                canonical.append(c);
                continue;
            }
            int value = valueAt(path, i);
            if (value > ' ' && value < 0x7f && "%?#\"/".indexOf(value) < 0) {
                canonical.append((char) value);
            } else {
                canonical.append('%').append(upperDigit(value >> 4)).append(upperDigit(value & 15));
            }
            i += 2;
        }
        return canonical.toString();
    }

    /**
     * A text with its percent-encodings read as UTF-8.
     *
     * @throws IllegalArgumentException with a message for the administrator
     */
    static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '%') {
                bytes.writeBytes(text.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int value = valueAt(text, i);
            if (value < 0) {
                throw new IllegalArgumentException("\"" + text + "\" has a % without two hexadecimal digits");
            }
            bytes.write(value);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static char upperDigit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }

    private static int valueAt(String path, int percent) {
        if (percent + 2 >= path.length()) {
            return -1;
        }
        int high = digit(path.charAt(percent + 1));
        int low = digit(path.charAt(percent + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }
}
