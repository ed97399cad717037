package io.gatehouse.config;

import io.gatehouse.target.WebRules;
import io.gatehouse.target.WebRules.ForeignRedirects;
import java.util.Set;
import java.util.TreeSet;

/** Reads the keys of a target, or of a source of targets, that say how a web application behind it is served. */
final class WebRulesReader {

    private static final String NAMES = "upstream-names";

    private WebRulesReader() {}

    static WebRules read(Section section) {
        ForeignRedirects redirects = section.value("foreign-redirects", WebRulesReader::foreignRedirects)
                .orElse(WebRules.DEFAULT.foreignRedirects());
        return new WebRules(
                redirects,
                section.flag("rewrite-links", WebRules.DEFAULT.rewritesLinks()),
                names(section),
                section.flag("encoded-slash", WebRules.DEFAULT.encodedSlash()));
    }

    private static ForeignRedirects foreignRedirects(String text) {
        return switch (text) {
            case "browsers" -> ForeignRedirects.BROWSERS;
            case "pass" -> ForeignRedirects.PASS;
            case "refuse" -> ForeignRedirects.REFUSE;
            default -> throw new IllegalArgumentException("expected browsers, pass or refuse");
        };
    }

    private static Set<String> names(Section section) {
        Set<String> names = new TreeSet<>();
        for (String name : section.texts(NAMES)) {
            if (name.matches("([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+])(:[0-9]{1,5})?")) {
                names.add(name);
            } else {
                section.problem(
                        NAMES,
                        "\"" + NAMES + "\": expected lower-case host names, each with a port or without, such as"
                                + " wiki.internal:8080");
            }
        }
        return Set.copyOf(names);
    }
}
