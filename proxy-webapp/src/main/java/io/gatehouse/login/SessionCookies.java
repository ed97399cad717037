package io.gatehouse.login;

import io.gatehouse.pipeline.BrowserSessions;
import io.gatehouse.request.Guard;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions as their cookie tells of them. A cookie is sealed for one host, so that it is none anywhere else, and is made
 * anew when what it says is older than the store's word, or when it would soon look as if nobody used it.
 */
public final class SessionCookies implements BrowserSessions {

    /** The cookie's name, behind the prefix. */
    static final String NAME = "session";

    private static final Logger LOG = LoggerFactory.getLogger(SessionCookies.class);
    private static final Duration SHORTEST_PACE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PACE = Duration.ofMinutes(1);

    private final LoginRules rules;
    private final Sessions sessions;
    private final Clock clock;
    private final CookieHeaders headers;

    public SessionCookies(LoginRules rules, Sessions sessions, Clock clock) {
        this.rules = rules;
        this.sessions = sessions;
        this.clock = clock;
        this.headers = new CookieHeaders(rules.secure());
    }

    @Override
    public Optional<Credential.Session> credential(HttpServletRequest request, String host) {
        Optional<String> value = headers.read(request, NAME);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        return open(host, value.get())
                .filter(session -> !sessions.isIdle(session))
                .map(session -> new CookieCredential(host, value.get(), rules.keys(), session));
    }

    private Optional<Session> open(String host, String cookie) {
        return rules.keys().open(purpose(host), cookie).flatMap(SessionText::session);
    }

    /** What a credential of ours says; a stream may have one that earlier keys have opened, and these do not. */
    Optional<Session> open(Credential.Session credential) {
        CookieCredential ours = (CookieCredential) credential;
        return ours.openedBy() == rules.keys() ? Optional.of(ours.told()) : open(ours.host(), ours.cookie());
    }

    private static String purpose(String host) {
        return "session cookie of " + host;
    }

    /** How it stands with the session that a credential of ours tells of. */
    Sessions.State judge(Credential.Session credential, Session session) {
        Sessions.State state = sessions.judge(session);
        ((CookieCredential) credential).judged(state);
        return state;
    }

    /** Who it is, and at the longest until when: no stream outlives the session. */
    Identity untilItsEnd(Session session) {
        Instant end = sessions.endOf(session);
        Identity identity = session.identity();
        return identity.expires().filter(end::isAfter).isPresent() ? identity : identity.withExpires(end);
    }

    /**
     * The session of a request to one of our own pages, when it goes on.
     *
     * @throws SharedState.UnavailableException when that can not be told
     */
    public Optional<Session> current(HttpServletRequest request, String host) {
        Optional<Sessions.State> state =
                credential(request, host).flatMap(this::open).map(sessions::judge);
        if (state.orElse(null) instanceof Sessions.State.Unknown unknown) {
            throw new SharedState.UnavailableException(unknown.reason());
        }
        return state.flatMap(SessionCookies::good);
    }

    private static Optional<Session> good(Sessions.State state) {
        return state instanceof Sessions.State.Good good ? Optional.of(good.session()) : Optional.empty();
    }

    @Override
    public List<Header> freshCookie(HttpServletRequest request, String host, Credential.Session credential) {
        CookieCredential ours = (CookieCredential) credential;
        Session told = ours.told();
        boolean old = Duration.between(told.used(), clock.instant())
                        .compareTo(rules.times().idle().dividedBy(10))
                > 0;
        Optional<Session> fresh = ours.judged()
                .flatMap(SessionCookies::good)
                .filter(now -> old || !now.proven().equals(told.proven()));
        try {
            return fresh.isPresent() ? set(request, host, fresh.get()) : List.of();
        } catch (IllegalArgumentException e) { // too many groups now: the store has them all the same
            LOG.debug("A session of {} keeps its older cookie: {}", host, e.getMessage());
            return List.of();
        }
    }

    /** The cookie of a session on a host. @throws IllegalArgumentException when its groups are too many for a cookie */
    public List<Header> set(HttpServletRequest request, String host, Session session) {
        byte[] text = SessionText.of(session.usedAt(clock.instant()));
        return headers.set(request, NAME, rules.keys().seal(purpose(host), text));
    }

    /** By what this browser is known again when it comes back from the portal. */
    public Optional<String> nonce(HttpServletRequest request) {
        return headers.read(request, Handover.NONCE);
    }

    /** Takes the cookie back. */
    public List<Header> remove(HttpServletRequest request) {
        return headers.remove(request, NAME);
    }

    @Override
    public Optional<List<Header>> wayIn(
            HttpServletRequest request, Guard.Admitted admitted, Credential credential, Predicate<String> takes) {
        boolean program = !(credential instanceof Credential.None || credential instanceof Credential.Session)
                || !admitted.method().equals("GET")
                || !isNavigation(request);
        boolean loggedIn = credential instanceof Credential.Session session
                && open(session)
                        .filter(known -> takes.test(known.authenticator()))
                        .map(sessions::judge)
                        .flatMap(SessionCookies::good)
                        .isPresent();
        if (program || loggedIn) {
            return Optional.empty();
        }
        List<Header> fields = new ArrayList<>();
        String here = admitted.scheme() + "://" + admitted.hostAndPort() + request.getRequestURI()
                + (request.getQueryString() == null ? "" : "?" + request.getQueryString());
        String nonce = headers.read(request, Handover.NONCE).orElseGet(KeyRing::randomName);
        fields.addAll(headers.set(request, Handover.NONCE, nonce));
        String proof = Handover.proof(nonce);
        fields.add(new Header(
                "Location",
                rules.portal() + "/gatehouse/enter?proof=" + proof + "&to="
                        + URLEncoder.encode(here, StandardCharsets.UTF_8)));
        return Optional.of(fields);
    }

    @Override
    public boolean isPortal(String host) {
        return host.equalsIgnoreCase(rules.portal().getHost());
    }

    /** The store is asked each time: so not as often as requests would. */
    @Override
    public Duration pace() {
        Duration pace = rules.times().renew().dividedBy(10);
        return pace.compareTo(SHORTEST_PACE) < 0
                ? SHORTEST_PACE
                : pace.compareTo(LONGEST_PACE) > 0 ? LONGEST_PACE : pace;
    }

    /** A page that a person is about to look at (Fetch Metadata Request Headers, W3C), not a script's or an image's. */
    private static boolean isNavigation(HttpServletRequest request) {
        String mode = request.getHeader("Sec-Fetch-Mode");
        String accept = request.getHeader("Accept");
        boolean page = accept != null && accept.contains("text/html");
        return mode == null ? page : mode.equals("navigate") && page;
    }
}
