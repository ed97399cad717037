package io.gatehouse.portal;

import io.gatehouse.login.DeviceCodes;
import io.gatehouse.login.LoginRules;
import io.gatehouse.login.Session;
import io.gatehouse.login.SessionAuthenticator;
import io.gatehouse.pipeline.RefusedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code gatehouse login --device}: a program without a browser shows a short code, and whoever types it here and says yes
 * is who the program acts as (RFC 8628). The code is never in an address, so nobody can send somebody else a link that
 * needs but one click (5.4).
 */
final class DevicePages {

    private static final String PAGE = "/device";
    private static final String ANSWER = "/device/answer";
    private static final String BEGIN = "/api/v1/device";
    private static final String POLL = "/api/v1/device/token";
    private static final int INTERVAL_SECONDS = 5;

    private final LoginRules rules;
    private final Layout layout;
    private final Throttle throttle;
    private final DeviceCodes codes;
    private final ProgramTokens tokens;
    private final Clock clock;

    DevicePages(
            LoginRules rules, Layout layout, Throttle throttle, DeviceCodes codes, ProgramTokens tokens, Clock clock) {
        this.rules = rules;
        this.layout = layout;
        this.throttle = throttle;
        this.codes = codes;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** @return whether there is such a page */
    boolean serve(Visit visit) throws IOException {
        if (visit.is("POST", BEGIN)) {
            visit.refuseOtherSites();
            begin(visit);
        } else if (visit.is("POST", POLL)) {
            visit.refuseOtherSites();
            poll(visit);
        } else if (visit.is("GET", PAGE) || visit.is("POST", PAGE) || visit.is("POST", ANSWER)) {
            page(visit);
        } else {
            return false;
        }
        return true;
    }

    private void begin(Visit visit) throws IOException {
        throttle.device(visit);
        DeviceCodes.Codes made = codes.begin(visit.admitted().client().getHostAddress());
        visit.allow("a program may ask to log in");
        visit.answer(
                200,
                "application/json",
                "{\"device_code\": " + Json.text(made.deviceCode()) + ", \"user_code\": " + Json.text(made.userCode())
                        + ", \"verification_uri\": " + Json.text(rules.portal() + "/gatehouse" + PAGE)
                        + ", \"expires_in\": " + DeviceCodes.LIFE.toSeconds() + ", \"interval\": " + INTERVAL_SECONDS
                        + "}\n",
                List.of());
    }

    private void poll(Visit visit) throws IOException {
        String code = Visit.one(Parameters.form(visit), "device_code");
        if (!throttle.mayPoll(visit, code)) {
            error(visit, "slow_down");
            return;
        }
        DeviceCodes.Answer answer = codes.poll(code);
        if (answer instanceof DeviceCodes.Answer.Approved approved && tokens.mayHave(approved.session())) {
            tokens.give(visit, approved.session());
        } else if (answer instanceof DeviceCodes.Answer.Pending) {
            error(visit, "authorization_pending");
        } else {
            error(visit, answer instanceof DeviceCodes.Answer.Gone ? "expired_token" : "access_denied");
        }
    }

    /** RFC 8628 3.5. */
    private static void error(Visit visit, String error) throws IOException {
        visit.record().verdict("unauthenticated", error);
        visit.answer(400, "application/json", "{\"error\": \"" + error + "\"}\n", List.of());
    }

    private void page(Visit visit) throws IOException {
        if (!visit.admitted().method().equals("GET")) {
            visit.requireOwnSite();
        }
        if (visit.session().isEmpty()) {
            visit.redirectToLogin(layout.loginPage(layout.base() + PAGE));
            return;
        }
        Session session = visit.session().get();
        if (visit.admitted().method().equals("GET")) {
            visit.allow(session, "is asked for a program's code");
            askForCode(visit, session, 200, "");
            return;
        }
        Map<String, List<String>> form = Parameters.form(visit);
        String code = Visit.one(form, "code");
        String person = session.identity().user();
        throttle.code(person);
        Optional<DeviceCodes.Waiting> waiting = codes.waiting(code);
        waiting.ifPresent(right -> throttle.rightCode(person));
        if (waiting.isEmpty()) {
            visit.record().subject(session.identity(), session.authenticator(), SessionAuthenticator.CREDENTIAL);
            visit.record().verdict("invalid", "no program waits with such a code");
            askForCode(visit, session, 400, "No program waits with this code. Codes are good for ten minutes.");
        } else if (visit.is("POST", PAGE)) {
            visit.allow(
                    session, "is asked whether a program at " + waiting.get().address() + " may log in");
            confirm(visit, session, waiting.get());
        } else {
            answer(visit, session, waiting.get(), Visit.one(form, "answer").equals("yes"));
        }
    }

    private void askForCode(Visit visit, Session session, int status, String problem) throws IOException {
        visit.page(
                status,
                layout.page("Log a program in", Optional.of(session), false, html -> {
                    if (!problem.isEmpty()) {
                        html.add("<p class=\"problem\" role=\"alert\">")
                                .text(problem)
                                .add("</p>\n");
                    }
                    html.add("<form class=\"fields\" method=\"post\" action=\"")
                            .text(layout.base() + PAGE)
                            .add("\">\n<label>The code that your program shows <input name=\"code\" maxlength=\"20\""
                                    + " autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" required"
                                    + " autofocus></label>\n<div><button>Go on</button></div>\n</form>\n");
                }),
                List.of());
    }

    private void confirm(Visit visit, Session session, DeviceCodes.Waiting waiting) throws IOException {
        long minutes = Duration.between(waiting.since(), clock.instant()).toMinutes();
        visit.page(
                200,
                layout.page("Let a program log in?", Optional.of(session), false, html -> {
                    html.add("<p>A program at ")
                            .element("strong", waiting.address())
                            .add(" wants to act as you, ")
                            .element("strong", session.identity().user())
                            .add(", for ")
                            .text(Long.toString(tokens.hours()))
                            .add(" hours. It asked ")
                            .text(minutes == 0 ? "just now" : minutes + " minutes ago")
                            .add(", and shows the code ")
                            .element("strong", waiting.userCode())
                            .add(".</p>\n<p>Say yes only if you have just started it yourself. Nobody else may give you"
                                    + " such a code, whatever they tell you.</p>\n<form method=\"post\" action=\"")
                            .text(layout.base() + ANSWER)
                            .add("\">");
                    html.hidden("code", waiting.userCode());
                    html.add("<button name=\"answer\" value=\"yes\">Yes, let it log in</button>"
                            + " <button name=\"answer\" value=\"no\">No</button></form>\n");
                }),
                List.of());
    }

    private void answer(Visit visit, Session session, DeviceCodes.Waiting waiting, boolean yes) throws IOException {
        if (!codes.answer(waiting.userCode(), yes ? Optional.of(session) : Optional.empty())) {
            throw new RefusedException(400, "invalid", "the code was answered meanwhile", "this code is used up");
        }
        visit.allow(session, (yes ? "lets" : "does not let") + " a program at " + waiting.address() + " log in");
        visit.page(
                200,
                layout.message(
                        yes ? "Your program is logged in" : "Your program is not logged in",
                        yes ? "It goes on by itself in a few seconds. You can close this page." : "It was told so.",
                        "Clusters",
                        layout.base() + "/"),
                List.of());
    }
}
