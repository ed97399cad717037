package io.gatehouse.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The value of an attribute with its character references resolved, as far as they can matter in front of a reference's
 * path. Knows for each character where it stands in the page, so that what is not replaced stays as it was written.
 */
final class AttributeText {

    private static final Map<String, Character> NAMED =
            Map.of("sol", '/', "bsol", '\\', "colon", ':', "period", '.', "quest", '?', "num", '#', "amp", '&');

    private static final int LONGEST_REFERENCE = 10;

    private final byte[] bytes;
    private final String text;
    private final int[] places;

    /** @param length how much of the array is the value */
    AttributeText(byte[] bytes, int length) {
        this.bytes = bytes;
        String written = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        if (written.indexOf('&') < 0) {
            text = written;
            places = null;
            return;
        }
        StringBuilder resolved = new StringBuilder(length);
        places = new int[length + 1];
        int at = 0;
        while (at < length) {
            places[resolved.length()] = at;
            int end = written.charAt(at) == '&' ? referenceEnd(written, at) : -1;
            int character = end < 0 ? -1 : resolved(written.substring(at + 1, end));
            boolean known = character >= 0;
            resolved.append(known ? (char) Math.min(character, 255) : written.charAt(at));
            at = !known ? at + 1 : end < length && written.charAt(end) == ';' ? end + 1 : end;
        }
        places[resolved.length()] = length;
        text = resolved.toString();
    }

    /** The end of what may be a character reference, before its semicolon. */
    private static int referenceEnd(String written, int ampersand) {
        String digits = "0123456789abcdefABCDEF";
        int end = ampersand + 1;
        boolean numeric = written.startsWith("#", end);
        boolean hexadecimal = numeric && written.regionMatches(true, end + 1, "x", 0, 1);
        end += hexadecimal ? 2 : numeric ? 1 : 0;
        int radix = hexadecimal ? digits.length() : 10;
        while (end < written.length() && end - ampersand <= LONGEST_REFERENCE) {
            char c = written.charAt(end);
            int digit = digits.indexOf(c);
            boolean goesOn = numeric ? digit >= 0 && digit < radix : c >= 'a' && c <= 'z';
            if (!goesOn) {
                break;
            }
            end++;
        }
        return end;
    }

    /** The character that a reference without its ampersand and semicolon means; negative when it is none that counts. */
    private static int resolved(String reference) {
        if (!reference.startsWith("#")) {
            Character named = NAMED.get(reference);
            return named == null ? -1 : named;
        }
        boolean hexadecimal = reference.length() > 1 && (reference.charAt(1) | 32) == 'x';
        try {
            return Integer.parseUnsignedInt(reference.substring(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10)
                    & Integer.MAX_VALUE;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The characters; those beyond ISO 8859-1 are not told apart. */
    String text() {
        return text;
    }

    /** Gives a sink the written value from one character to another. */
    void copy(int from, int to, ByteBuilder sink) {
        int begin = place(from);
        sink.add(bytes, begin, place(to) - begin);
    }

    private int place(int character) {
        return places == null ? character : places[character];
    }

    /** Gives a sink an ASCII text as it may stand in any attribute. */
    static void escape(String text, ByteBuilder sink) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("&\"'<>`= ".indexOf(c) >= 0) {
                sink.add(("&#" + (int) c + ";").getBytes(StandardCharsets.US_ASCII));
            } else {
                sink.add((byte) c);
            }
        }
    }
}
