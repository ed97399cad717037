package io.gatehouse.portal;

import io.gatehouse.login.Login;
import io.gatehouse.login.Session;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** What all pages have in common. */
final class Layout {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String base;

    /** @param base the path of our own pages, {@code /gatehouse} behind the context path */
    Layout(String base) {
        this.base = base;
    }

    String base() {
        return base;
    }

    Html page(String title, Optional<Session> session, boolean administrator, Consumer<Html> content) {
        Html html = new Html();
        html.add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.add("<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.add("<title>").text(title).add(" – Gatehouse</title>\n<link rel=\"stylesheet\" href=\"");
        html.text(base).add("/style.css\">\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to content</a>\n");
        html.add("<header><a class=\"brand\" href=\"").text(base).add("/\">Gatehouse</a>");
        session.ifPresent(known -> navigation(html, known, administrator));
        html.add("</header>\n<main id=\"main\">\n").element("h1", title).add("\n");
        content.accept(html);
        return html.add("</main>\n</body>\n</html>\n");
    }

    private void navigation(Html html, Session session, boolean administrator) {
        html.add("\n<nav aria-label=\"Pages\"><a href=\"").text(base).add("/\">Overview</a> <a href=\"");
        html.text(base).add("/tokens\">Tokens</a>");
        if (administrator) {
            html.add(" <a href=\"").text(base).add("/people\">People</a>");
        }
        html.add("</nav>\n<form method=\"post\" action=\"").text(base).add("/logout\"><span class=\"who\">");
        html.text(session.identity().user()).add("</span> <button>Log out</button></form>");
    }

    /** A time as pages show it. */
    static String time(TemporalAccessor time) {
        return TIME.format(time);
    }

    /** What people call a way to log in. */
    static String title(Login login) {
        return login.call().call(() -> login.authenticator().title(), failed -> login.name());
    }

    /** Where to choose a way to log in. @param to where that leads afterwards */
    String loginPage(String to) {
        return base + "/login?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
    }

    /** Ways to log in. @param to where each leads afterwards */
    void choices(Html html, Collection<Login> logins, String to) {
        html.add("<ul class=\"choices\">\n");
        for (Login login : logins) {
            html.add("<li><a class=\"button\" href=\"").text(base + "/login/" + login.name());
            html.add("?to=").text(URLEncoder.encode(to, StandardCharsets.UTF_8)).add("\">");
            html.text(title(login)).add("</a></li>\n");
        }
        html.add("</ul>\n");
    }

    /** A page that says what happened and what can be done. */
    Html message(String title, String text, String linkText, String link) {
        return page(
                title,
                Optional.empty(),
                false,
                html -> html.element("p", text)
                        .add("<p><a class=\"button\" href=\"")
                        .text(link)
                        .add("\">")
                        .text(linkText)
                        .add("</a></p>\n"));
    }
}
