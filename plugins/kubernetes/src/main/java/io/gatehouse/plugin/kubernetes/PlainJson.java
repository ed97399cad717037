package io.gatehouse.plugin.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;

/** What a YAML parser made, as JSON. */
final class PlainJson {

    private static final int MAX_DEPTH = 30;

    private PlainJson() {}

    /** @throws UnusableException when it is nested too deeply, as by an alias that holds itself */
    static JsonElement of(Object value) throws UnusableException {
        return of(value, 0);
    }

    private static JsonElement of(Object value, int depth) throws UnusableException {
        if (depth > MAX_DEPTH) {
            throw new UnusableException("it is nested too deeply");
        }
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof Map<?, ?> map) {
            JsonObject object = new JsonObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                object.add(String.valueOf(entry.getKey()), of(entry.getValue(), depth + 1));
            }
            return object;
        }
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            for (Object item : list) {
                array.add(of(item, depth + 1));
            }
            return array;
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        return new JsonPrimitive(value.toString());
    }
}
