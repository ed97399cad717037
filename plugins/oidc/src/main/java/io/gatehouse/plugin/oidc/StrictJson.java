package io.gatehouse.plugin.oidc;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON object (RFC 8259) that has one reading only: UTF-8, no member twice, nothing behind it, not nested deeply.
 * Values are texts, {@link BigDecimal}s, booleans, lists, maps, and {@link #NULL}.
 */
final class StrictJson {

    /** JSON's null. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final int DEEPEST = 20;
    private static final int LONGEST_NUMBER = 40;

    private StrictJson() {}

    /** @throws IllegalArgumentException with a reason, when it is anything else */
    static Map<String, Object> object(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(DEEPEST);
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                throw new IllegalArgumentException("it is not a JSON object");
            }
            Map<String, Object> object = readObject(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new IllegalArgumentException("it is not JSON");
            }
            return object;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8", e);
        } catch (MalformedJsonException | EOFException e) {
            throw new IllegalArgumentException("it is not JSON", e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static Map<String, Object> readObject(JsonReader reader) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            if (object.put(reader.nextName(), readValue(reader)) != null) {
                throw new IllegalArgumentException("a member stands there twice");
            }
        }
        reader.endObject();
        return Collections.unmodifiableMap(object);
    }

    private static Object readValue(JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> readObject(reader);
            case BEGIN_ARRAY -> readList(reader);
            case STRING -> reader.nextString();
            case NUMBER -> readNumber(reader.nextString());
            case BOOLEAN -> reader.nextBoolean();
            case NULL -> {
                reader.nextNull();
                yield NULL;
            }
            default -> throw new IllegalArgumentException("it is not JSON");
        };
    }

    private static List<Object> readList(JsonReader reader) throws IOException {
        List<Object> list = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            list.add(readValue(reader));
        }
        reader.endArray();
        return Collections.unmodifiableList(list);
    }

    private static BigDecimal readNumber(String text) {
        if (text.length() > LONGEST_NUMBER) {
            throw new IllegalArgumentException("a number is too long");
        }
        return new BigDecimal(text);
    }
}
