package io.gatehouse.portal;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.login.DeviceCodes;
import io.gatehouse.login.Endings;
import io.gatehouse.login.Handover;
import io.gatehouse.login.LoginFlow;
import io.gatehouse.login.LoginRules;
import io.gatehouse.login.ProgramCodes;
import io.gatehouse.login.ProviderLogouts;
import io.gatehouse.login.Session;
import io.gatehouse.login.SessionAuthenticator;
import io.gatehouse.login.SessionCookies;
import io.gatehouse.login.Sessions;
import io.gatehouse.login.SharedState;
import io.gatehouse.pipeline.AuthenticationChain;
import io.gatehouse.pipeline.BrowserSessions;
import io.gatehouse.pipeline.NarrowedAuthenticator;
import io.gatehouse.pipeline.OwnPages;
import io.gatehouse.pipeline.Rates;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.pipeline.Rules;
import io.gatehouse.plugin.PluginCall;
import io.gatehouse.request.Guard;
import io.gatehouse.spi.Header;
import io.gatehouse.token.ApiTokens;
import io.gatehouse.token.ConfirmedOwners;
import io.gatehouse.token.RememberedTokens;
import io.gatehouse.token.TokenAuthenticator;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Gatehouse serves itself, on the portal's own host; on a target's host only the end of a handover. Made anew with
 * each configuration, from parts that hold nothing but caches: what lasts is in the store.
 */
public final class Portal implements OwnPages {

    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(10);

    private final URI portal;
    private final SharedState state;
    private final Endings endings;
    private final SessionCookies cookies;
    private final RememberedTokens tokens;
    private final ConfirmedOwners owners;
    private final Handover handover;
    private final Throttle throttle;
    private final LoginPages logins;
    private final HandoverPages handovers;
    private final PersonPages person;
    private final PeoplePages people;
    private final TokenApi api;
    private final ProgramPages programs;
    private final DevicePages devices;
    private final BodyText bodies = new BodyText();
    private final Clock clock;
    private final Set<String> administrators;
    private volatile Instant swept = Instant.EPOCH;

    /**
     * @param endings what has ended before its time; longer alive than this
     * @param rates how much those who log in do; longer alive than this
     * @param kubeconfigs makes what is downloaded
     */
    public Portal(LoginRules rules, Endings endings, Rates rates, Kubeconfigs kubeconfigs, Clock clock) {
        this.portal = rules.portal();
        this.endings = endings;
        this.clock = clock;
        this.administrators = rules.administrators();
        this.state = new SharedState(rules);
        ApiTokens apiTokens = new ApiTokens(rules, state, endings, clock);
        Sessions sessions = new Sessions(rules, state, endings, apiTokens::follow, clock);
        this.cookies = new SessionCookies(rules, sessions, clock);
        this.tokens = new RememberedTokens(apiTokens, clock);
        this.owners = new ConfirmedOwners(rules, apiTokens, clock);
        this.handover = new Handover(rules, state, clock);
        String path = rules.portal().getRawPath();
        Layout layout = new Layout((path == null ? "" : path) + "/gatehouse");
        this.throttle = new Throttle(rates, rules.loginsPerMinute(), layout);
        LoginFlow flow = new LoginFlow(rules, state, sessions, cookies, clock);
        this.logins = new LoginPages(
                rules, layout, throttle, flow, sessions, new ProviderLogouts(rules, state, sessions), cookies);
        this.handovers = new HandoverPages(rules, layout, cookies, handover);
        this.person = new PersonPages(
                rules,
                layout,
                throttle,
                new TokenPages(layout, apiTokens),
                new KubeconfigPages(rules, apiTokens, kubeconfigs));
        this.people = new PeoplePages(layout, state, sessions, apiTokens, endings);
        this.api = new TokenApi(rules, throttle, apiTokens, endings::shutOut, clock);
        ProgramTokens programTokens = new ProgramTokens(rules, throttle, apiTokens, sessions);
        this.programs = new ProgramPages(layout, throttle, new ProgramCodes(rules, state, clock), programTokens);
        this.devices =
                new DevicePages(rules, layout, throttle, new DeviceCodes(rules, state, clock), programTokens, clock);
    }

    /** Browsers' sessions. */
    public BrowserSessions sessions() {
        return cookies;
    }

    /** Those who judge sessions and API tokens for a target, to be asked before its own authenticators. */
    public List<AuthenticationChain.Link> links(Set<String> authenticators) {
        ClassLoader loader = Portal.class.getClassLoader();
        return List.of(
                new AuthenticationChain.Link(
                        NarrowedAuthenticator.API_TOKEN,
                        new TokenAuthenticator(tokens, owners, authenticators),
                        PluginCall.direct(NarrowedAuthenticator.API_TOKEN, loader)),
                new AuthenticationChain.Link(
                        "session",
                        new SessionAuthenticator(cookies, authenticators),
                        PluginCall.direct("session", loader)));
    }

    /**
     * Asks the store what has ended, and has it forget what is past.
     *
     * @return whether somebody's access has ended, or that can not be told: streams are to be judged again
     */
    public boolean look() {
        if (Duration.between(swept, clock.instant()).compareTo(BETWEEN_SWEEPS) > 0) {
            swept = clock.instant();
            state.sweep(swept.minus(BETWEEN_SWEEPS));
        }
        return endings.look(state);
    }

    /** Why the store did not answer when it was last asked. */
    public Optional<String> trouble() {
        return endings.trouble();
    }

    @Override
    public boolean awaitsBody(HttpServletRequest request, InetAddress client, Road goOn) throws IOException {
        return bodies.awaits(request, client, goOn);
    }

    @Override
    public void serve(
            HttpServletRequest request,
            HttpServletResponse response,
            Guard.Admitted admitted,
            RequestRecord record,
            Rules rules)
            throws IOException {
        record.target("gatehouse");
        requireScheme(request, admitted);
        String path = admitted.target().path().substring("/gatehouse".length());
        try {
            Optional<Session> session =
                    handover.isPortal(admitted.host()) ? cookies.current(request, admitted.host()) : Optional.empty();
            Visit visit =
                    new Visit(request, response, admitted, record, path.isEmpty() ? "/" : path, session, rules, bodies);
            if (!served(visit)) {
                throw new RefusedException(404, "not-found", "no such page", "there is no such page");
            }
        } catch (SharedState.UnavailableException e) {
            throw new RefusedException(
                    503, "unavailable", e.getMessage(), "logins can not be looked up at the moment, try again");
        }
    }

    /** Nobody types a password into a page that came in clear. */
    private void requireScheme(HttpServletRequest request, Guard.Admitted admitted) {
        if (!admitted.scheme().equals(portal.getScheme())) {
            boolean get = request.getMethod().equals("GET");
            throw new RefusedException(
                    get ? 307 : 403,
                    "invalid",
                    "the portal was asked over " + admitted.scheme(),
                    "use " + portal,
                    get ? List.of(new Header("Location", portal + "/gatehouse/")) : List.of());
        }
    }

    private boolean served(Visit visit) throws IOException {
        try {
            return serve(visit);
        } catch (Throttle.TooMuchException e) {
            throttle.refuse(visit, e);
            return true;
        }
    }

    private boolean serve(Visit visit) throws IOException {
        if (!handover.isPortal(visit.admitted().host())) {
            return handovers.serveThere(visit);
        }
        if (visit.is("GET", "/style.css")) {
            return StyleSheet.serve(visit);
        }
        boolean administrator = visit.session()
                .filter(known -> known.identity().groups().stream().anyMatch(administrators::contains))
                .isPresent();
        if (programs.serve(visit) || devices.serve(visit)) {
            return true;
        }
        if (visit.path().startsWith("/api/")) {
            return api.serve(visit);
        }
        if (visit.path().startsWith("/people")) {
            return administrator && people.serve(visit);
        }
        return logins.serve(visit) || handovers.serve(visit) || person.serve(visit, administrator);
    }
}
