package io.gatehouse.request;

/** Makes a path canonical, as {@link RequestTarget} says it, in one pass. */
final class CanonicalPath {

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
        for (char c : "\\%;#\u007f".toCharArray()) {
            ENCODED_BYTE[c] = REFUSED; // a second separator, a second decoding, a path parameter, a fragment
        }
    }

    private CanonicalPath() {}

    static String of(String raw) {
        int length = raw.length();
        if (length == 0 || raw.charAt(0) != '/') {
            throw new InvalidRequestException("the request target must be a path that starts with /");
        }
        if (length > RequestTarget.MAX_PATH) {
            throw new InvalidRequestException(414, "the path is longer than " + RequestTarget.MAX_PATH + " characters");
        }
        StringBuilder changed = null; // most paths are canonical as they come
        boolean beyondAscii = false;
        int segment = 1;
        boolean behindEncoded = false;
        for (int i = 1; i < length; i++) {
            char c = raw.charAt(i);
            if (c == '/') {
                checkSegment(raw, segment, i, behindEncoded);
                segment = i + 1;
                behindEncoded = false;
            } else if (c == '%') {
                int octet = octet(raw, i);
                if (octet == '/') {
                    checkSegment(raw, segment, i, true);
                    segment = i + 3;
                    behindEncoded = true;
                }
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
            checkSegment(raw, segment, length, behindEncoded);
        }
        if (beyondAscii) {
            RequestTarget.percentDecoded(raw);
        }
        return changed == null ? raw : changed.toString();
    }

    /** @param mayBeEmpty whether an encoded slash stands on either side: {@code /%2F/} is a name, {@code //} is none */
    private static void checkSegment(String raw, int from, int to, boolean mayBeEmpty) {
        if (from == to) {
            if (mayBeEmpty) {
                return;
            }
            throw new InvalidRequestException("the path has an empty segment (//)");
        }
        boolean dot = raw.charAt(from) == '.' && (to - from == 1 || to - from == 2 && raw.charAt(from + 1) == '.');
        if (dot) {
            throw new InvalidRequestException("the path has a dot segment");
        }
    }

    /** The byte that is encoded at a percent sign. */
    static int octet(String raw, int percent) {
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
}
