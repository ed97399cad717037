package io.gatehouse.proxy;

import io.gatehouse.proxy.HtmlReferences.Form;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Follows a tag from its name to its end, HTML 13.2.5.8 to 13.2.5.40, and rewrites the attributes that hold references. */
final class HtmlTag {

    /** A longer value passes unchanged. */
    static final int LONGEST_VALUE = 16 * 1024;

    private enum State {
        ELEMENT,
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        VALUE
    }

    private static final int UNQUOTED = 0;
    private static final String REFRESH_SWITCH = "http-equiv";

    private final HtmlLinks links;
    private final ByteBuilder out;
    private final ByteBuilder value = new ByteBuilder(256);
    private final StringBuilder name = new StringBuilder();
    private State state = State.ELEMENT;
    private boolean isEnd;
    private boolean slash;
    private String element = "";
    private Map<String, Form> forms = Map.of();
    private boolean refreshes;
    private int quote;
    private Optional<Form> form = Optional.empty();
    private boolean holding;

    /** @param out what a value that was held back is written to, changed or not */
    HtmlTag(LinkMap links, ByteBuilder out) {
        this.links = new HtmlLinks(links);
        this.out = out;
    }

    /** A tag begins with the first letter of its name. */
    void begin(int c, boolean end) {
        isEnd = end;
        slash = false;
        name.setLength(0);
        addToName(c);
        state = State.ELEMENT;
    }

    /** An end tag goes on behind its name. */
    void beginBehindName() {
        isEnd = true;
        slash = false;
        state = State.BEFORE_NAME;
    }

    /** Whether the last byte is held back: it must not go out by itself. */
    boolean isHolding() {
        return holding;
    }

    /** What is held back. */
    void release() {
        holding = false;
        out.add(value.bytes(), 0, value.length());
    }

    /** The element that begins here, in lower case; empty for an end. */
    String element() {
        return isEnd ? "" : element;
    }

    /** Whether a slash stands before the end. */
    boolean isSelfClosed() {
        return slash;
    }

    /** The next byte; whether it ends the tag. */
    boolean take(int c) {
        return switch (state) {
            case ELEMENT -> element(c);
            case BEFORE_NAME -> beforeName(c);
            case NAME -> name(c);
            case AFTER_NAME -> afterName(c);
            case BEFORE_VALUE -> beforeValue(c);
            case VALUE -> value(c);
        };
    }

    private boolean element(int c) {
        if (!isBlank(c) && c != '/' && c != '>') {
            addToName(c);
            return false;
        }
        element = name.toString();
        forms = isEnd ? Map.of() : HtmlReferences.of(element);
        refreshes = false;
        return beforeName(c);
    }

    private boolean beforeName(int c) {
        state = State.BEFORE_NAME;
        if (c == '>') {
            return true;
        }
        slash = c == '/';
        if (!isBlank(c) && !slash) {
            name.setLength(0);
            addToName(c); // even an equals sign
            state = State.NAME;
        }
        return false;
    }

    private boolean name(int c) {
        if (c == '/' || c == '>') {
            return beforeName(c);
        }
        if (c == '=') {
            state = State.BEFORE_VALUE;
        } else if (isBlank(c)) {
            state = State.AFTER_NAME;
        } else {
            addToName(c);
        }
        return false;
    }

    private boolean afterName(int c) {
        if (c == '=') {
            state = State.BEFORE_VALUE;
            return false;
        }
        return !isBlank(c) && beforeName(c);
    }

    private boolean beforeValue(int c) {
        if (isBlank(c)) {
            return false;
        }
        if (c == '>') {
            return true;
        }
        state = State.VALUE;
        quote = c == '"' || c == '\'' ? c : UNQUOTED;
        form = form();
        value.clear();
        return quote == UNQUOTED && value(c);
    }

    private Optional<Form> form() {
        if (forms.isEmpty()) {
            return Optional.empty();
        }
        String attribute = name.toString();
        boolean may = !forms.containsValue(Form.REFRESH) || refreshes || attribute.equals(REFRESH_SWITCH);
        return may ? Optional.ofNullable(forms.get(attribute)) : Optional.empty();
    }

    private boolean value(int c) {
        boolean over = quote == UNQUOTED ? isBlank(c) || c == '>' : c == quote;
        if (!over) {
            form.ifPresent(known -> hold((byte) c));
            return false;
        }
        form.ifPresent(this::rewrite);
        if (quote == UNQUOTED) {
            return beforeName(c);
        }
        state = State.BEFORE_NAME;
        return false;
    }

    private void hold(byte octet) {
        if (value.length() == LONGEST_VALUE) {
            release();
            form = Optional.empty();
        } else {
            holding = true;
            value.add(octet);
        }
    }

    private void rewrite(Form known) {
        if (known == Form.REFRESH && name.toString().equals(REFRESH_SWITCH)) {
            refreshes = new String(value.bytes(), 0, value.length(), StandardCharsets.ISO_8859_1)
                    .strip()
                    .equalsIgnoreCase("refresh");
            release();
        } else {
            holding = false;
            links.rewrite(known, value.bytes(), value.length(), out);
        }
    }

    private void addToName(int c) {
        if (name.length() <= HtmlReferences.LONGEST_NAME) {
            name.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c));
        }
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
    }
}
