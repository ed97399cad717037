package io.gatehouse.login;

import io.gatehouse.pipeline.BrowserSessions;
import io.gatehouse.request.Guard;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        Credential.Session credential = new Credential.Session(Secret.of(host + " " + value.get()));
        return open(credential).filter(session -> !sessions.isIdle(session)).map(session -> credential);
    }

    /** What a credential of ours says; nothing when it was not sealed by one of our keys for this host. */
    Optional<Session> open(Credential.Session credential) {
        String text = credential.cookie().reveal();
        int blank = text.indexOf(' ');
        return rules.keys()
                .open(purpose(text.substring(0, blank)), text.substring(blank + 1))
                .flatMap(SessionText::session);
    }

    private static String purpose(String host) {
        return "session cookie of " + host;
    }

    Sessions.State judge(Session session) {
        return sessions.judge(session);
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
        return state.orElse(null) instanceof Sessions.State.Good good ? Optional.of(good.session()) : Optional.empty();
    }

    private Optional<Session> good(Session session) {
        return sessions.judge(session) instanceof Sessions.State.Good good
                ? Optional.of(good.session())
                : Optional.empty();
    }

    @Override
    public List<Header> freshCookie(HttpServletRequest request, String host, Credential.Session credential) {
        Optional<Session> told = open(credential);
        Optional<Session> now = told.flatMap(this::good);
        Duration unused = told.map(session -> Duration.between(session.used(), clock.instant()))
                .orElse(Duration.ZERO);
        boolean old = unused.compareTo(rules.times().idle().dividedBy(10)) > 0;
        boolean changed = now.filter(
                        session -> !session.proven().equals(told.get().proven()))
                .isPresent();
        try {
            return now.isPresent() && (old || changed) ? set(request, host, now.get()) : List.of();
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
    public Optional<List<Header>> wayIn(HttpServletRequest request, Guard.Admitted admitted, Credential credential) {
        boolean program = !(credential instanceof Credential.None || credential instanceof Credential.Session)
                || !admitted.method().equals("GET")
                || !isNavigation(request);
        boolean loggedIn = credential instanceof Credential.Session session
                && open(session).flatMap(this::good).isPresent();
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
