package io.gatehouse.portal;

import io.gatehouse.login.ProgramCodes;
import io.gatehouse.login.Session;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.spi.Header;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code gatehouse login}: the person says yes in the browser, the browser brings a code to the program's port on the same
 * machine, and the program changes it for a token of a working day (RFC 8252, 7.3).
 */
final class ProgramPages {

    private static final String PAGE = "/program";
    private static final String EXCHANGE = "/api/v1/program";

    private final Layout layout;
    private final Throttle throttle;
    private final ProgramCodes codes;
    private final ProgramTokens tokens;

    ProgramPages(Layout layout, Throttle throttle, ProgramCodes codes, ProgramTokens tokens) {
        this.layout = layout;
        this.throttle = throttle;
        this.codes = codes;
        this.tokens = tokens;
    }

    /** @return whether there is such a page */
    boolean serve(Visit visit) throws IOException {
        if (visit.is("POST", EXCHANGE)) {
            exchange(visit);
            return true;
        }
        boolean known = visit.is("GET", PAGE) || visit.is("POST", PAGE);
        if (!known) {
            return false;
        }
        if (visit.session().isEmpty()) {
            String to = layout.base() + PAGE + "?" + visit.admitted().target().query();
            visit.redirectToLogin(layout.loginPage(to));
        } else if (visit.admitted().method().equals("GET")) {
            ask(visit, visit.session().get());
        } else {
            visit.requireOwnSite();
            goOn(visit, visit.session().get());
        }
        return true;
    }

    private static Map<String, List<String>> checked(Map<String, List<String>> values) {
        boolean good = Visit.one(values, "port").matches("[1-9][0-9]{3,4}")
                && Integer.parseInt(Visit.one(values, "port")) <= 65_535
                && Visit.one(values, "challenge").matches("[A-Za-z0-9_-]{43}")
                && Visit.one(values, "state").matches("[A-Za-z0-9_-]{16,64}");
        if (!good) {
            throw new RefusedException(
                    400, "invalid", "not what gatehouse login asks", "start again with gatehouse login");
        }
        return values;
    }

    private void ask(Visit visit, Session session) throws IOException {
        Map<String, List<String>> query = checked(visit.query());
        visit.allow(session, "is asked whether a program may log in");
        visit.page(
                200,
                layout.page("Let a program log in?", Optional.of(session), false, html -> {
                    html.add("<p>A program on this computer wants to act as you, ")
                            .element("strong", session.identity().user())
                            .add(", for ")
                            .text(Long.toString(tokens.hours()))
                            .add(" hours.</p>\n<p>Say yes only if you have just started it yourself.</p>\n");
                    html.add("<form method=\"post\" action=\"")
                            .text(layout.base() + PAGE)
                            .add("\">");
                    for (String name : List.of("port", "challenge", "state")) {
                        html.hidden(name, Visit.one(query, name));
                    }
                    html.add("<button>Yes, let it log in</button></form>\n");
                }),
                List.of());
    }

    private void goOn(Visit visit, Session session) throws IOException {
        Map<String, List<String>> form = checked(Parameters.form(visit));
        String code = codes.code(session, Visit.one(form, "challenge"));
        String to =
                "http://127.0.0.1:" + Visit.one(form, "port") + "/?code=" + code + "&state=" + Visit.one(form, "state");
        visit.allow(session, "lets a program log in");
        visit.page(
                200,
                layout.message("Back to your program", "You can close this page.", "Go on", to),
                List.of(new Header("Refresh", "0; url=" + to)));
    }

    private void exchange(Visit visit) throws IOException {
        visit.refuseOtherSites();
        throttle.login(visit);
        Map<String, List<String>> form = Parameters.form(visit);
        Optional<Session> session = codes.redeem(Visit.one(form, "code"), Visit.one(form, "verifier"))
                .filter(tokens::mayHave);
        if (session.isEmpty()) {
            throw new RefusedException(
                    400, "unauthenticated", "a code that does not hold", "the code does not hold; log in again");
        }
        tokens.give(visit, session.get());
    }
}
