package io.gatehouse.proxy;

import static java.util.Map.entry;

import java.util.HashMap;
import java.util.Map;

/**
 * Which attributes of HTML hold references: those of apimachinery's proxy transport, the candidates of {@code srcset}, and
 * the target of a {@code meta} refresh. Style sheets and scripts are not looked into.
 */
final class HtmlReferences {

    /** How an attribute holds them. */
    enum Form {
        /** It is one. */
        REFERENCE,
        /** It is one that all relative ones on the page count from. */
        BASE,
        /** Several, each with a size behind it. */
        SET,
        /** One behind a time, in an element that says that it refreshes. */
        REFRESH
    }

    /** No element or attribute of the table has a longer name. */
    static final int LONGEST_NAME = 10;

    private static final Map<String, Form> SOURCE = Map.of("src", Form.REFERENCE);
    private static final Map<String, Form> HREF = Map.of("href", Form.REFERENCE);
    private static final Map<String, Form> CITE = Map.of("cite", Form.REFERENCE);
    private static final Map<String, Form> FRAME = references("src", "longdesc");

    private static final Map<String, Map<String, Form>> BY_ELEMENT = Map.ofEntries(
            entry("a", HREF),
            entry("applet", references("codebase")),
            entry("area", HREF),
            entry("audio", SOURCE),
            entry("base", Map.of("href", Form.BASE)),
            entry("blockquote", CITE),
            entry("body", references("background")),
            entry("button", references("formaction")),
            entry("command", references("icon")),
            entry("del", CITE),
            entry("embed", SOURCE),
            entry("form", references("action")),
            entry("frame", FRAME),
            entry("head", references("profile")),
            entry("html", references("manifest")),
            entry("iframe", FRAME),
            entry(
                    "img",
                    Map.of(
                            "src", Form.REFERENCE,
                            "longdesc", Form.REFERENCE,
                            "usemap", Form.REFERENCE,
                            "srcset", Form.SET)),
            entry("input", references("src", "usemap", "formaction")),
            entry("ins", CITE),
            entry("link", HREF),
            entry("meta", Map.of("http-equiv", Form.REFRESH, "content", Form.REFRESH)),
            entry("object", references("classid", "codebase", "data", "usemap")),
            entry("q", CITE),
            entry("script", SOURCE),
            entry("source", Map.of("src", Form.REFERENCE, "srcset", Form.SET)),
            entry("video", references("poster", "src")));

    private HtmlReferences() {}

    private static Map<String, Form> references(String... attributes) {
        Map<String, Form> forms = new HashMap<>();
        for (String attribute : attributes) {
            forms.put(attribute, Form.REFERENCE);
        }
        return Map.copyOf(forms);
    }

    /** The attributes of an element, both in lower case, that hold references. */
    static Map<String, Form> of(String element) {
        return BY_ELEMENT.getOrDefault(element, Map.of());
    }
}
