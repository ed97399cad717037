package io.gatehouse.plugin.github;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads answers strictly: whatever is not as it has to be is an {@link IllegalArgumentException} that says so. */
final class Json {

    private static final int DEEPEST = 20;

    private Json() {}

    static JsonObject object(byte[] bytes) {
        return object(parsed(bytes));
    }

    static List<JsonObject> objects(byte[] bytes) {
        if (!(parsed(bytes) instanceof JsonArray array)) {
            throw new IllegalArgumentException("it is not a list");
        }
        List<JsonObject> objects = new ArrayList<>();
        array.forEach(element -> objects.add(object(element)));
        return objects;
    }

    static JsonObject object(JsonObject in, String name) {
        return object(in.get(name));
    }

    /** A member that may be missing or null. */
    static Optional<JsonObject> find(JsonObject in, String name) {
        JsonElement element = in.get(name);
        return element == null || element.isJsonNull() ? Optional.empty() : Optional.of(object(element));
    }

    static String text(JsonObject in, String name) {
        return findText(in, name).orElseThrow(() -> new IllegalArgumentException("it has no text \"" + name + "\""));
    }

    static Optional<String> findText(JsonObject in, String name) {
        JsonElement element = in.get(name);
        return element != null
                        && element.isJsonPrimitive()
                        && element.getAsJsonPrimitive().isString()
                        && !element.getAsString().isEmpty()
                ? Optional.of(element.getAsString())
                : Optional.empty();
    }

    /** An id as GitHub gives them: a whole number above zero. */
    static long id(JsonObject in) {
        JsonElement element = in.get("id");
        if (element == null
                || !element.isJsonPrimitive()
                || !element.getAsJsonPrimitive().isNumber()
                || !element.getAsString().matches("[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("it has no number \"id\"");
        }
        return element.getAsLong();
    }

    private static JsonObject object(JsonElement element) {
        if (element instanceof JsonObject object) {
            return object;
        }
        throw new IllegalArgumentException("it is not an object");
    }

    private static JsonElement parsed(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(DEEPEST);
            JsonElement element = JsonParser.parseReader(reader);
            if (reader.peek() == JsonToken.END_DOCUMENT) {
                return element;
            }
        } catch (IOException | JsonParseException e) {
            throw new IllegalArgumentException("it is not JSON", e);
        }
        throw new IllegalArgumentException("it is not JSON");
    }
}
