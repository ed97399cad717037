package io.gatehouse.portal;

import io.gatehouse.spi.Header;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How the pages look. */
final class StyleSheet {

    private StyleSheet() {}

    static boolean serve(Visit visit) throws IOException {
        try (InputStream in = StyleSheet.class.getResourceAsStream("style.css")) {
            visit.allow("anybody may see how the pages look");
            visit.answer(
                    200,
                    "text/css;charset=utf-8",
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    List.of(new Header("Cache-Control", "max-age=300")));
        }
        return true;
    }
}
