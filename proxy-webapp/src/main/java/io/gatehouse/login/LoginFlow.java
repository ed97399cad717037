package io.gatehouse.login;

import io.gatehouse.login.LoginAttempts.Attempt;
import io.gatehouse.pipeline.IdentityRules;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps of a login in a browser, from the choice of a way to the session. */
public final class LoginFlow {

    /** What the browser is to be shown next. */
    public sealed interface Next {
        /** A form for a user name and a password. */
        record Form(Login login, String attempt, List<Header> fields) implements Next {}

        /** Another address. */
        record Redirect(URI to, List<Header> fields) implements Next {}

        /** The session has begun. */
        record Done(Session session, String to, List<Header> fields) implements Next {}

        /** It came to nothing; the reason is not for the browser. */
        record Failed(int status, String reason, List<Header> fields) implements Next {}
    }

    private final LoginRules rules;
    private final Sessions sessions;
    private final SessionCookies cookies;
    private final LoginAttempts attempts;

    public LoginFlow(LoginRules rules, SharedState state, Sessions sessions, SessionCookies cookies, Clock clock) {
        this.rules = rules;
        this.sessions = sessions;
        this.cookies = cookies;
        this.attempts = new LoginAttempts(rules, state, clock);
    }

    /** The beginning. */
    public Next begin(HttpServletRequest request, InetAddress client, Login login, String to) {
        Attempt attempt = attempts.begin(login.name(), to);
        return step(request, login, attempt, ask(login, attempt, Map.of(), client));
    }

    /** Whether this browser has begun the login that it comes back from; it may have been answered before. */
    public boolean hasBegun(HttpServletRequest request, Login login, Map<String, List<String>> query) {
        return attempts.known(request, login.name(), one(query, "state")).isPresent();
    }

    /** The browser has come back from the provider. */
    public Next callback(HttpServletRequest request, InetAddress client, Login login, Map<String, List<String>> query) {
        Optional<Attempt> attempt = attempts.take(request, login.name(), one(query, "state"));
        if (attempt.isEmpty()) {
            return new Next.Failed(
                    400, "the login was not begun in this browser, is too old, or was answered before", List.of());
        }
        return finish(request, login, attempt.get(), ask(login, attempt.get(), query, client));
    }

    private LoginStep ask(Login login, Attempt attempt, Map<String, List<String>> query, InetAddress client) {
        URI callback = URI.create(rules.portal() + "/gatehouse/login/" + login.name() + "/callback");
        return login.call()
                .call(
                        () -> login.authenticator()
                                .login(new LoginRequest(attempt.id(), callback, query, attempt.kept(), client)),
                        LoginStep::unavailable);
    }

    /** Somebody has filled in the form. */
    public Next password(HttpServletRequest request, Login login, Map<String, List<String>> form, RequestView view) {
        Optional<Attempt> attempt = attempts.take(request, login.name(), one(form, "attempt"));
        if (attempt.isEmpty()) {
            return new Next.Failed(400, "the form was not asked for in this browser, or is too old", List.of());
        }
        String user = one(form, "user").strip();
        String password = one(form, "password");
        boolean usable = !user.isEmpty()
                && !password.isEmpty()
                && (user + password).chars().noneMatch(Character::isISOControl);
        if (!usable) {
            return finish(request, login, attempt.get(), LoginStep.refused("no user name or no password"));
        }
        AuthenticationResult result = login.call()
                .call(
                        () -> login.authenticator().authenticate(new Credential.Basic(user, Secret.of(password)), view),
                        AuthenticationResult::unavailable);
        return finish(request, login, attempt.get(), step(result));
    }

    private static LoginStep step(AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Authenticated good) {
            return new LoginStep.LoggedIn(good.identity(), Optional.empty(), Optional.empty());
        }
        if (result instanceof AuthenticationResult.Unavailable later) {
            return LoginStep.unavailable(later.reason());
        }
        return LoginStep.refused(
                result instanceof AuthenticationResult.Rejected refused ? refused.reason() : "nobody knows the user");
    }

    private static String one(Map<String, List<String>> form, String name) {
        List<String> values = form.getOrDefault(name, List.of());
        return values.size() == 1 ? values.get(0) : "";
    }

    private Next finish(HttpServletRequest request, Login login, Attempt attempt, LoginStep step) {
        List<Header> forget = attempts.forget(request, attempt);
        if (step instanceof LoginStep.Refused refused) {
            return new Next.Failed(403, login.name() + ": " + refused.reason(), forget);
        }
        if (step instanceof LoginStep.Unavailable later) {
            return new Next.Failed(503, login.name() + ": " + later.reason(), forget);
        }
        if (!(step instanceof LoginStep.LoggedIn done)) {
            return step(request, login, attempt, step);
        }
        Optional<String> fault = IdentityRules.fault(done.identity());
        if (fault.isPresent()) {
            return new Next.Failed(
                    403, login.name() + " gave an identity that can not be used: " + fault.get(), forget);
        }
        Optional<String> out = sessions.shutOut(done.identity().user());
        if (out.isPresent()) { // else the session would be there as soon as they are let in again
            return new Next.Failed(403, login.name() + ": the person is " + out.get(), forget);
        }
        Session session = sessions.begin(login.name(), done, attempts.beside(request));
        List<Header> fields = new ArrayList<>(forget);
        try {
            fields.addAll(cookies.set(request, rules.portal().getHost(), session));
        } catch (IllegalArgumentException e) {
            sessions.end(session, e.getMessage());
            return new Next.Failed(403, login.name() + ": " + e.getMessage(), forget);
        }
        return new Next.Done(session, attempt.to(), fields);
    }

    private Next step(HttpServletRequest request, Login login, Attempt attempt, LoginStep step) {
        try {
            if (step instanceof LoginStep.AskPassword) {
                return new Next.Form(login, attempt.id(), attempts.keep(request, attempt, Map.of()));
            }
            if (step instanceof LoginStep.Redirect away) {
                return new Next.Redirect(away.to(), attempts.keep(request, attempt, away.keep()));
            }
        } catch (IllegalArgumentException e) {
            return new Next.Failed(500, login.name() + ": " + e.getMessage(), List.of());
        }
        if (step instanceof LoginStep.Unavailable later) {
            return new Next.Failed(503, login.name() + ": " + later.reason(), List.of());
        }
        String reason = step instanceof LoginStep.Refused refused ? refused.reason() : "it began with an answer";
        return new Next.Failed(403, login.name() + ": " + reason, List.of());
    }
}
