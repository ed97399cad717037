package io.gatehouse.proxy;

import java.util.Set;

/** The text of an element that has no markup inside: where it ends, HTML 13.2.5.2 to 13.2.5.31. */
final class RawText {

    private static final Set<String> ELEMENTS =
            Set.of("iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp");

    /** A text that is looked for. No part of one of them is also its beginning, but the first character. */
    private static final class Word {
        private final String word;
        private int matched;

        Word(String word) {
            this.word = word;
        }

        /** Whether the character completes it. */
        boolean completes(int c) {
            if (matched == word.length()) {
                matched = 0;
            }
            matched = word.charAt(matched) == c ? matched + 1 : word.charAt(0) == c ? 1 : 0;
            return isComplete();
        }

        boolean isComplete() {
            return matched == word.length();
        }
    }

    private final boolean script;
    private final boolean endless;
    private final Word end;
    private final Word begin = new Word("<script");
    private final Word comment = new Word("<!--");
    private boolean escaped;
    private boolean escapedTwice;
    private int dashes;

    private RawText(String element) {
        script = element.equals("script");
        endless = element.equals("plaintext");
        end = new Word("</" + element);
    }

    static boolean isIn(String element) {
        return ELEMENTS.contains(element);
    }

    static RawText of(String element) {
        return new RawText(element);
    }

    /** Whether the name of the end tag stands before this character, so that it belongs to that tag. */
    boolean endsBefore(int octet) {
        int c = octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
        boolean boundary = c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
        if (end.isComplete() && boundary && !endless) {
            if (!escapedTwice) {
                return true;
            }
            escapedTwice = false;
        } else if (begin.isComplete() && boundary && escaped) {
            escapedTwice = true;
        }
        end.completes(c);
        if (script) {
            begin.completes(c);
            followComment(c);
        }
        return false;
    }

    /** In a script, a script inside a comment has an end tag of its own. */
    private void followComment(int c) {
        if (c == '>' && dashes >= 2) {
            escaped = false;
            escapedTwice = false;
        }
        dashes = c == '-' ? dashes + 1 : 0;
        if (comment.completes(c)) {
            escaped = true;
        }
    }
}
