package io.gatehouse.plugin.oidc;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Text of the type {@code application/x-www-form-urlencoded}, in UTF-8 (RFC 6749 B). */
final class FormText {

    private FormText() {}

    static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException when it can not be read, or a field stands there twice */
    static Map<String, Object> decoded(String form) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String pair : form.split("&")) {
            String[] parts = pair.split("=", 2);
            String value = parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "";
            if (fields.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), value) != null) {
                throw new IllegalArgumentException("a member stands there twice");
            }
        }
        return fields;
    }
}
