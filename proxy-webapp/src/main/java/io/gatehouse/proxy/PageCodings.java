package io.gatehouse.proxy;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Has an upstream send pages in a coding that can be read, where they are to be rewritten. */
final class PageCodings {

    private static final Set<String> UNDERSTOOD = Set.of("gzip", "x-gzip", "deflate", "identity");

    /** What a browser wants that is not a page, and no part of one that a script asks for. */
    private static final Set<String> NO_PAGES = Set.of(
            "audio",
            "audioworklet",
            "font",
            "image",
            "json",
            "manifest",
            "paintworklet",
            "report",
            "script",
            "serviceworker",
            "sharedworker",
            "style",
            "track",
            "video",
            "worker",
            "xslt");

    private PageCodings() {}

    /** Whether the answer may be a page; browsers say what they want. */
    static boolean mayAnswerWithPage(HttpServletRequest request) {
        String wanted = request.getHeader("Sec-Fetch-Dest");
        return wanted == null || !NO_PAGES.contains(wanted);
    }

    /** A value of {@code Accept-Encoding}, less what can not be read here. */
    static String narrowed(String accepted) {
        List<String> kept = new ArrayList<>();
        for (String coding : accepted.split(",")) {
            int parameters = coding.indexOf(';');
            String name = (parameters < 0 ? coding : coding.substring(0, parameters)).strip();
            if (UNDERSTOOD.contains(name.toLowerCase(Locale.ROOT))) {
                kept.add(coding.strip());
            }
        }
        return kept.isEmpty() ? "identity" : String.join(", ", kept);
    }
}
