package io.gatehouse.plugin.kubernetes.review;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text of {@code resourceAttributes}, perhaps with places for a value of the request. What comes out must be a name of the
 * field's own kind: a value can name neither everything nor a subresource nor another field.
 */
final class AttributeTemplate {

    private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*\\.Value\\s*}}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?");
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    /** The fields, each with the form of its names. */
    enum Field {
        NAMESPACE("namespace", LABEL),
        API_GROUP("apiGroup", LABEL + "([.]" + LABEL + ")*"),
        API_VERSION("apiVersion", LABEL),
        RESOURCE("resource", LABEL),
        SUBRESOURCE("subresource", LABEL),
        NAME("name", "[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?");

        private final String key;
        private final Pattern form;

        Field(String key, String form) {
            this.key = key;
            this.form = Pattern.compile(form);
        }

        /** As the configuration spells it. */
        String key() {
            return key;
        }
    }

    private final Field field;
    private final String text;
    private final boolean hasPlaces;

    private AttributeTemplate(Field field, String text) {
        this.field = field;
        this.text = text;
        this.hasPlaces = PLACE.matcher(text).find();
    }

    /** Nothing when the text has another template than {@code {{ .Value }}}. */
    static Optional<AttributeTemplate> of(Field field, String text) {
        String rest = PLACE.matcher(text).replaceAll("");
        boolean known = !rest.contains("{{") && !rest.contains("}}");
        return known ? Optional.of(new AttributeTemplate(field, text)) : Optional.empty();
    }

    boolean hasPlaces() {
        return hasPlaces;
    }

    /** The text with a value in its places. */
    String fill(String value) throws InvalidRequest {
        if (!hasPlaces) {
            return text;
        }
        String filled = PLACE.matcher(text).replaceAll(Matcher.quoteReplacement(value));
        boolean fits = VALUE.matcher(value).matches()
                && filled.length() <= 253
                && field.form.matcher(filled).matches();
        if (!fits) {
            throw new InvalidRequest("a value can not be the " + field.key + " of what is asked for");
        }
        return filled;
    }

    /** The text as it stands, for a request that brings no value. */
    String text() {
        return text;
    }
}
