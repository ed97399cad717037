package io.gatehouse.portal;

import io.gatehouse.kubernetes.QueryValues;
import io.gatehouse.pipeline.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a request to one of our own pages: of its query, or of its form, each bounded and never mixed. */
final class Parameters {

    private static final int MAX_PAIRS = 200;

    private Parameters() {}

    /**
     * Reads {@code a=b&c=d}.
     *
     * @throws RefusedException when it can not be read
     */
    static Map<String, List<String>> parse(String text) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return values;
        }
        String[] pairs = text.split("&", MAX_PAIRS + 1);
        if (pairs.length > MAX_PAIRS) {
            throw unreadable();
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            values.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
        }
        return values;
    }

    private static String decoded(String text) {
        return QueryValues.decode(text).orElseThrow(Parameters::unreadable);
    }

    private static RefusedException unreadable() {
        return new RefusedException(400, "invalid", "unreadable parameters", "the parameters can not be read");
    }

    /** @throws RefusedException when the body is no form, too long, or too slow */
    static Map<String, List<String>> form(Visit visit) {
        String type =
                visit.request().getContentType() == null ? "" : visit.request().getContentType();
        if (!type.startsWith("application/x-www-form-urlencoded")) {
            throw new RefusedException(415, "invalid", "the body is no form", "expected a form");
        }
        return parse(visit.bodies().read(visit));
    }
}
