package io.gatehouse.tunnel;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One header line of an upgrade, either direction.
 *
 * @param name a token (RFC 9110, 5.1)
 * @param value what stands after the colon, without surrounding blanks: visible characters, blanks and tabs of
 *     ISO-8859-1. A line break, a NUL or another control character is refused: it would start a second header.
 */
public record HeaderField(String name, String value) {
    /** @throws IllegalArgumentException when name or value can not stand on one header line; the value is not shown */
    public HeaderField {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        if (!isToken(name)) {
            throw new IllegalArgumentException("A header name is not a token");
        }
        if (!isFieldValue(value)) {
            throw new IllegalArgumentException("The value of header \"" + name + "\" has a control character");
        }
    }

    /** Whether this line has that name, whatever its case. */
    public boolean is(String otherName) {
        return name.equalsIgnoreCase(otherName);
    }

    static List<String> values(List<HeaderField> headers, String name) {
        return headers.stream()
                .filter(header -> header.is(name))
                .map(HeaderField::value)
                .toList();
    }

    /** The value when exactly one line has that name. */
    static Optional<String> single(List<HeaderField> headers, String name) {
        List<String> values = values(headers, name);
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** The elements of a comma-separated header, over all its lines, without blanks and empty ones. */
    static List<String> elements(List<String> values) {
        return values.stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    static boolean containsElement(List<String> values, String element) {
        return elements(values).stream().anyMatch(element::equalsIgnoreCase);
    }

    static boolean isToken(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }
}
