package io.gatehouse.spi;

/**
 * One header field that goes to an upstream.
 *
 * @param name a token, RFC 9110 5.1
 * @param value printable ASCII, blanks and tabs inside; anything else is refused: no field may hold the end of another
 */
public record Header(String name, String value) {

    /** @throws IllegalArgumentException when name or value has a character that may not be there; it is not repeated */
    public Header {
        if (!isToken(name)) {
            throw new IllegalArgumentException("a header name has a character that is not allowed there");
        }
        if (!isValue(value)) {
            throw new IllegalArgumentException(
                    "the value for header " + name + " has a character that is not allowed there");
        }
    }

    /** Whether a text is a token, RFC 9110 5.6.2. */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether a text can be a field value: visible ASCII with blanks and tabs inside but not at either end. */
    public static boolean isValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\t' && (c < ' ' || c > '~')) {
                return false;
            }
        }
        return text.isEmpty() || text.charAt(0) > ' ' && text.charAt(text.length() - 1) > ' ';
    }

    /** The name alone: the value may be a secret. */
    @Override
    public String toString() {
        return name;
    }
}
