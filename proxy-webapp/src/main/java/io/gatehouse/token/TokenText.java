package io.gatehouse.token;

import io.gatehouse.login.KeyRing;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How an API token is written: {@code gatehouse_}, its id, its secret, and a checksum over both, so that a scanner for
 * secrets knows one when it sees it, and a mistyped one costs no look into the store.
 */
record TokenText(String id, String secret) {

    static final String PREFIX = "gatehouse_";

    private static final int ID_LENGTH = 12;
    private static final int SECRET_LENGTH = 40;
    private static final int CHECKSUM_LENGTH = 7;
    private static final String LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /** A new one: 238 bits that nobody can guess. */
    static TokenText random() {
        return new TokenText(letters(ID_LENGTH, 36), letters(SECRET_LENGTH, LETTERS.length()));
    }

    private static String letters(int length, int of) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            for (byte random : KeyRing.random(length)) {
                int value = random & 0xff;
                if (value < 256 / of * of && text.length() < length) { // else some letters would come more often
                    text.append(LETTERS.charAt(value % of));
                }
            }
        }
        return text.toString();
    }

    /** The whole token. */
    String whole() {
        return PREFIX + id + "_" + secret + checksum();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return PREFIX + id;
    }

    private String checksum() {
        CRC32 crc = new CRC32();
        crc.update((id + "_" + secret).getBytes(StandardCharsets.US_ASCII));
        String text = Long.toString(crc.getValue(), 36);
        return "0".repeat(CHECKSUM_LENGTH - text.length()) + text;
    }

    /** Reads one; nothing when it is none. */
    static Optional<TokenText> parse(String token) {
        int length = PREFIX.length() + ID_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;
        if (token.length() != length || !token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        int secret = PREFIX.length() + ID_LENGTH + 1;
        TokenText text = new TokenText(
                token.substring(PREFIX.length(), PREFIX.length() + ID_LENGTH),
                token.substring(secret, secret + SECRET_LENGTH));
        return text.whole().equals(token) ? Optional.of(text) : Optional.empty();
    }
}
