package io.gatehouse.portal;

import io.gatehouse.login.Login;
import io.gatehouse.login.LoginFlow;
import io.gatehouse.login.LoginFlow.Next;
import io.gatehouse.login.LoginRules;
import io.gatehouse.login.ProviderLogouts;
import io.gatehouse.login.ReturnPath;
import io.gatehouse.login.Session;
import io.gatehouse.login.SessionCookies;
import io.gatehouse.login.Sessions;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.LogoutNotice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Logging in and out. */
final class LoginPages {

    private final LoginRules rules;
    private final Layout layout;
    private final LoginFlow flow;
    private final Sessions sessions;
    private final ProviderLogouts logouts;
    private final SessionCookies cookies;
    private final Throttle throttle;

    LoginPages(
            LoginRules rules,
            Layout layout,
            Throttle throttle,
            LoginFlow flow,
            Sessions sessions,
            ProviderLogouts logouts,
            SessionCookies cookies) {
        this.rules = rules;
        this.layout = layout;
        this.throttle = throttle;
        this.flow = flow;
        this.sessions = sessions;
        this.logouts = logouts;
        this.cookies = cookies;
    }

    /** @return whether there is such a page here */
    boolean serve(Visit visit) throws IOException {
        if (visit.is("GET", "/login")) {
            return choose(visit);
        }
        if (visit.is("POST", "/logout")) {
            return logout(visit);
        }
        if (!visit.path().startsWith("/login/")) {
            return false;
        }
        String rest = visit.path().substring("/login/".length());
        int slash = rest.indexOf('/');
        Login login = rules.logins().get(slash < 0 ? rest : rest.substring(0, slash));
        return login != null && serve(visit, login, slash < 0 ? "" : rest.substring(slash));
    }

    private boolean serve(Visit visit, Login login, String step) throws IOException {
        InetAddress client = visit.admitted().client();
        String method = visit.admitted().method();
        if (step.isEmpty() && method.equals("GET")) {
            return show(visit, login, flow.begin(visit.request(), client, login, to(visit)));
        }
        if (step.isEmpty() && method.equals("POST")) {
            visit.requireOwnSite();
            throttle.login(visit);
            return show(
                    visit, login, flow.password(visit.request(), login, Parameters.form(visit), new PageView(visit)));
        }
        if (step.equals("/callback") && method.equals("GET")) {
            if (flow.hasBegun(visit.request(), login, visit.query())) {
                throttle.login(visit); // any page can lead a browser here with something else
            }
            return show(visit, login, flow.callback(visit.request(), client, login, visit.query()));
        }
        return step.equals("/backchannel-logout") && method.equals("POST") && endAtProvider(visit, login);
    }

    private String to(Visit visit) {
        return ReturnPath.of(visit.parameter("to"), layout.base() + "/");
    }

    private boolean choose(Visit visit) throws IOException {
        if (visit.session().isPresent()) {
            visit.allow(visit.session().get(), "has logged in");
            visit.redirect(to(visit), List.of());
            return true;
        }
        visit.allow("anybody may log in");
        String to = to(visit);
        visit.page(
                200,
                layout.page("Log in", Optional.empty(), false, html -> {
                    html.element("p", "Choose how you want to log in.");
                    layout.choices(html, rules.logins().values(), to);
                }),
                List.of());
        return true;
    }

    private boolean show(Visit visit, Login login, Next next) throws IOException {
        if (next instanceof Next.Form form) {
            visit.allow("anybody may log in");
            passwordForm(visit, login, form);
        } else if (next instanceof Next.Redirect away) {
            visit.allow("anybody may log in");
            visit.redirect(away.to().toASCIIString(), away.fields());
        } else if (next instanceof Next.Done done) {
            visit.session().ifPresent(earlier -> sessions.end(earlier, "logged in anew"));
            visit.allow(done.session(), "logged in");
            goOn(visit, done);
        } else if (next instanceof Next.Failed failed) {
            visit.record().verdict(failed.status() == 503 ? "unavailable" : "unauthenticated", failed.reason());
            String text = failed.status() == 503
                    ? "Logging in this way is not possible at the moment. Try again in a minute, or choose another way."
                    : failed.status() == 400
                            ? "This login has already been used or is too old. Begin again."
                            : "The login was refused. Check what you have entered, or ask your administrator.";
            visit.page(
                    failed.status(),
                    layout.message(
                            "Not logged in",
                            text + " Request " + visit.record().id() + ".",
                            "Log in again",
                            layout.base() + "/login"),
                    failed.fields());
        }
        return true;
    }

    /**
     * To where the person wanted to go. Not by a redirect where that is behind a form and leads to another host in the
     * end: a form of ours may lead to us only, and that goes for where it is redirected to (CSP 3, 6.4.1.1).
     */
    private void goOn(Visit visit, Next.Done done) throws IOException {
        boolean behindForm = visit.admitted().method().equals("POST");
        if (!behindForm || !done.to().startsWith(layout.base() + "/enter?")) {
            visit.redirect(done.to(), done.fields());
            return;
        }
        List<Header> fields = new ArrayList<>(done.fields());
        fields.add(new Header("Refresh", "0; url=" + done.to()));
        visit.page(200, layout.message("Logged in", "You are logged in.", "Go on", done.to()), fields);
    }

    private void passwordForm(Visit visit, Login login, Next.Form form) throws IOException {
        visit.page(
                200,
                layout.page("Log in with " + Layout.title(login), Optional.empty(), false, html -> {
                    html.add("<form class=\"fields\" method=\"post\" action=\"");
                    html.text(layout.base() + "/login/" + login.name()).add("\">\n");
                    html.hidden("attempt", form.attempt());
                    html.add("<label>User name <input name=\"user\" autocomplete=\"username\" autocapitalize=\"none\""
                            + " spellcheck=\"false\" required autofocus></label>\n");
                    html.add("<label>Password <input name=\"password\" type=\"password\""
                            + " autocomplete=\"current-password\" required></label>\n");
                    html.add("<div><button>Log in</button></div>\n</form>\n");
                }),
                form.fields());
    }

    /** OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8. */
    private boolean endAtProvider(Visit visit, Login login) throws IOException {
        visit.refuseOtherSites();
        Map<String, List<String>> form = Parameters.form(visit);
        Optional<Integer> count = login.call()
                .call(() -> login.authenticator().loggedOutAtProvider(form), failed -> Optional.<LogoutNotice>empty())
                .flatMap(notice -> logouts.end(login.name(), notice));
        if (count.isEmpty()) {
            throttle.badNotice(visit, login.name()); // afterwards: one that holds always counts
            throw new RefusedException(
                    400,
                    "unauthenticated",
                    login.name() + ": the logout notice does not hold, or was sent before",
                    "invalid_request");
        }
        visit.allow("logged out at the provider: " + count.get() + " sessions ended");
        visit.answer(200, "text/plain;charset=utf-8", "", List.of());
        return true;
    }

    private boolean logout(Visit visit) throws IOException {
        visit.requireOwnSite();
        List<Header> fields = new ArrayList<>(cookies.remove(visit.request()));
        URI back = URI.create(rules.portal() + "/gatehouse/login");
        Optional<URI> provider = Optional.empty();
        if (visit.session().isPresent()) {
            Session session = visit.session().get();
            provider = sessions.logoutAtProvider(session, back);
            sessions.logOut(session);
            visit.allow(session, "logged out");
        } else {
            visit.allow("anybody may log out");
        }
        // Not by a redirect, as above: this is behind a form.
        provider.ifPresent(at -> fields.add(new Header("Refresh", "0; url=" + at.toASCIIString())));
        visit.page(
                200,
                provider.isPresent()
                        ? layout.message(
                                "Logged out",
                                "You are logged out here. Your provider may still know you.",
                                "Log out there too",
                                provider.get().toASCIIString())
                        : layout.message("Logged out", "You are logged out.", "Log in again", layout.base() + "/login"),
                fields);
        return true;
    }
}
