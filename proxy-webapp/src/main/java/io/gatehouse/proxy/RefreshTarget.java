package io.gatehouse.proxy;

/** Finds the reference in {@code 5; url=/next}, as HTML's shared declarative refresh steps do. */
final class RefreshTarget {

    private RefreshTarget() {}

    /** Where the reference begins; negative when there is none. */
    static int start(String refresh) {
        int at = 0;
        while (at < refresh.length() && ";,".indexOf(refresh.charAt(at)) < 0) {
            at++;
        }
        at = skipBlanks(refresh, at + 1);
        if (refresh.regionMatches(true, at, "url", 0, 3)) {
            int equals = skipBlanks(refresh, at + 3);
            if (equals < refresh.length() && refresh.charAt(equals) == '=') {
                at = skipBlanks(refresh, equals + 1);
            }
        }
        if (at < refresh.length() && "\"'".indexOf(refresh.charAt(at)) >= 0) {
            at++;
        }
        return at < refresh.length() ? at : -1;
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }
}
