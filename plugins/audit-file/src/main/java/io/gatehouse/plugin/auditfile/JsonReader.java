package io.gatehouse.plugin.auditfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what {@link JsonWriter} wrote, and other JSON of few levels: maps, lists, texts, longs and booleans. */
final class JsonReader {

    private static final int MAXIMUM_DEPTH = 16;

    private final String text;
    private int position;

    private JsonReader(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException when it is not one whole JSON object */
    static Map<String, Object> object(String text) {
        try {
            JsonReader reader = new JsonReader(text);
            Map<String, Object> object = reader.object(0);
            reader.skipBlanks();
            if (reader.position != text.length()) {
                throw new IllegalArgumentException("something follows the object");
            }
            return object;
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the object ends too early", e);
        }
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        expect('{');
        if (next('}')) {
            return object;
        }
        do {
            String name = string();
            expect(':');
            object.put(name, value(depth + 1));
        } while (next(','));
        expect('}');
        return object;
    }

    private List<Object> array(int depth) {
        List<Object> array = new ArrayList<>();
        expect('[');
        if (next(']')) {
            return array;
        }
        do {
            array.add(value(depth + 1));
        } while (next(','));
        expect(']');
        return array;
    }

    private Object value(int depth) {
        if (depth > MAXIMUM_DEPTH) {
            throw new IllegalArgumentException("too many levels");
        }
        skipBlanks();
        return switch (text.charAt(position)) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            default -> number();
        };
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, position)) {
            throw new IllegalArgumentException("unknown word");
        }
        position += word.length();
        return value;
    }

    private Long number() {
        int start = position;
        while ("-0123456789".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        return Long.valueOf(text.substring(start, position));
    }

    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        for (char c = text.charAt(position++); c != '"'; c = text.charAt(position++)) {
            string.append(c == '\\' ? escaped() : c);
        }
        return string.toString();
    }

    private char escaped() {
        char c = text.charAt(position++);
        return switch (c) {
            case 'u' -> {
                position += 4;
                yield (char) Integer.parseInt(text.substring(position - 4, position), 16);
            }
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> c;
        };
    }

    private boolean next(char c) {
        skipBlanks();
        if (text.charAt(position) != c) {
            return false;
        }
        position++;
        return true;
    }

    private void expect(char c) {
        if (!next(c)) {
            throw new IllegalArgumentException("expected " + c);
        }
    }

    private void skipBlanks() {
        while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }
}
