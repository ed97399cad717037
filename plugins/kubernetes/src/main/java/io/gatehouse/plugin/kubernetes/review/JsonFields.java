package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fields of an answer: one that is absent is empty, one that is unknown is passed over, one of another type is a lie. */
record JsonFields(JsonObject object) {

    boolean flag(String name) throws ReviewFailedException {
        Optional<JsonElement> value = find(name);
        if (value.isEmpty()) {
            return false;
        }
        if (value.get() instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw ReviewFailedException.unusable(name + " is not true or false");
    }

    String text(String name) throws ReviewFailedException {
        Optional<JsonElement> value = find(name);
        return value.isEmpty() ? "" : text(name, value.get());
    }

    List<String> texts(String name) throws ReviewFailedException {
        Optional<JsonElement> value = find(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof JsonArray array)) {
            throw ReviewFailedException.unusable(name + " is not a list");
        }
        List<String> texts = new ArrayList<>(array.size());
        for (JsonElement item : array) {
            texts.add(text(name, item));
        }
        return texts;
    }

    Optional<JsonFields> fields(String name) throws ReviewFailedException {
        Optional<JsonElement> value = find(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof JsonObject inner) {
            return Optional.of(new JsonFields(inner));
        }
        throw ReviewFailedException.unusable(name + " is not an object");
    }

    private static String text(String name, JsonElement value) throws ReviewFailedException {
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw ReviewFailedException.unusable(name + " is not a text");
    }

    private Optional<JsonElement> find(String name) {
        return Optional.ofNullable(object.get(name)).filter(value -> !value.isJsonNull());
    }
}
