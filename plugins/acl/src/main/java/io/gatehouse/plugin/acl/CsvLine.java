package io.gatehouse.plugin.acl;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line at its commas. Fields are trimmed; one that holds a comma or a quote is written in double quotes, with a
 * quote inside doubled (RFC 4180, but a field never goes over the end of a line).
 */
final class CsvLine {

    private final String line;
    private int position;

    private CsvLine(String line) {
        this.line = line;
    }

    /** @throws IllegalArgumentException with a message for the administrator */
    static List<String> split(String line) {
        CsvLine reader = new CsvLine(line);
        List<String> fields = new ArrayList<>();
        do {
            fields.add(reader.field());
        } while (reader.skipComma());
        return fields;
    }

    private boolean skipComma() {
        return position < line.length() && line.charAt(position++) == ',';
    }

    private String field() {
        skipBlanks();
        if (position < line.length() && line.charAt(position) == '"') {
            return quoted();
        }
        int comma = line.indexOf(',', position);
        int end = comma < 0 ? line.length() : comma;
        String field = line.substring(position, end).strip();
        if (field.indexOf('"') >= 0) {
            throw new IllegalArgumentException(
                    "a double quote stands inside a field; put the whole field in quotes and double the quote");
        }
        position = end;
        return field;
    }

    private String quoted() {
        StringBuilder field = new StringBuilder();
        for (position++; position < line.length(); position++) {
            char c = line.charAt(position);
            if (c != '"') {
                field.append(c);
            } else if (position + 1 < line.length() && line.charAt(position + 1) == '"') {
                field.append('"');
                position++;
            } else {
                position++;
                skipBlanks();
                if (position < line.length() && line.charAt(position) != ',') {
                    throw new IllegalArgumentException("expected a comma after the closing double quote");
                }
                return field.toString().strip();
            }
        }
        throw new IllegalArgumentException("a double quote is not closed");
    }

    private void skipBlanks() {
        while (position < line.length() && Character.isWhitespace(line.charAt(position))) {
            position++;
        }
    }
}
