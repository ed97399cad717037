package io.gatehouse.plugin.auditfile;

import java.util.List;

/**
 * Writes JSON (RFC 8259) on one line. Besides what must be escaped, this escapes what could act on whoever looks at the
 * file: control characters of both sets, line separators, and surrogates without their other half.
 */
final class JsonWriter {

    private final StringBuilder text;
    private boolean first = true;

    JsonWriter(StringBuilder text) {
        this.text = text;
    }

    JsonWriter beginObject() {
        text.append('{');
        first = true;
        return this;
    }

    JsonWriter endObject() {
        text.append('}');
        first = false;
        return this;
    }

    JsonWriter beginObject(String name) {
        name(name);
        return beginObject();
    }

    JsonWriter field(String name, String value) {
        name(name);
        string(value);
        return this;
    }

    JsonWriter field(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonWriter field(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonWriter field(String name, List<String> values) {
        name(name);
        text.append('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                text.append(',');
            }
            string(values.get(i));
        }
        text.append(']');
        return this;
    }

    private void name(String name) {
        if (!first) {
            text.append(',');
        }
        first = false;
        text.append('"').append(name).append("\":"); // ours, and plain
    }

    private void string(String value) {
        int plain = plainLength(value);
        text.append('"').append(value, 0, plain);
        for (int i = plain; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                text.append(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                text.append(c).append(value.charAt(++i));
            } else if (c < 0xa0 || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
                escape(c);
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    /** How much of it, from its beginning, needs no second look; mostly all of it. */
    private static int plainLength(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\' || c < ' ' || c >= 0x7f) {
                return i;
            }
        }
        return value.length();
    }

    private void escape(char c) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            text.append("0123456789abcdef".charAt(c >> shift & 15));
        }
    }
}
