package io.gatehouse.plugin.auditjdbc;

/** Makes any text fit a column: no record is lost because a part of it is odd. */
final class Texts {

    private static final String CUT = "\u2026[cut]";

    private static final String PLAIN_CUT = "...[cut]";
    private static final int PLAIN_LENGTH = 250;

    private Texts() {}

    /** What any database takes of a text: ASCII, cut with a mark at {@value #PLAIN_LENGTH} characters. */
    static String plain(String text) {
        String fitting =
                text.length() <= PLAIN_LENGTH ? text : text.substring(0, PLAIN_LENGTH - PLAIN_CUT.length()) + PLAIN_CUT;
        return fitting.replaceAll("[^\\n -~]", "?");
    }

    /** The text, cut with a mark when it is too long; NUL and halves of surrogates, which no database takes, replaced. */
    static String fit(String text, int length) {
        String fitting = text.length() <= length ? text : text.substring(0, length - CUT.length()) + CUT;
        for (int i = 0; i < fitting.length(); i++) {
            char c = fitting.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return replaced(fitting);
            }
        }
        return fitting;
    }

    private static String replaced(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                clean.append(c).append(text.charAt(++i));
            } else {
                clean.append(c == 0 || Character.isSurrogate(c) ? '\ufffd' : c);
            }
        }
        return clean.toString();
    }
}
