package io.gatehouse.plugin.acl;

/**
 * What one part of a Kubernetes object may be.
 *
 * @param kind how {@code text} is compared
 * @param text empty for {@link Kind#ANY}
 */
record TextPattern(Kind kind, String text) {

    enum Kind {
        /** Whatever it is, absent too. */
        ANY,
        /** That text; the empty one is what is absent. */
        EXACT,
        /** What begins so, and is not absent. */
        PREFIX
    }

    static final TextPattern ANY = new TextPattern(Kind.ANY, "");
    static final TextPattern ABSENT = exact("");
    static final TextPattern PRESENT = prefix("");

    static TextPattern exact(String text) {
        return new TextPattern(Kind.EXACT, text);
    }

    static TextPattern prefix(String text) {
        return new TextPattern(Kind.PREFIX, text);
    }
}
