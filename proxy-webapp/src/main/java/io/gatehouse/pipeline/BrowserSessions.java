package io.gatehouse.pipeline;

import io.gatehouse.request.Guard;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the road of a request has to know of browsers' sessions, which are kept above it. */
public interface BrowserSessions {

    /** There are none. */
    BrowserSessions NONE = new BrowserSessions() {
        @Override
        public Optional<Credential.Session> credential(HttpServletRequest request, String host) {
            return Optional.empty();
        }

        @Override
        public List<Header> freshCookie(HttpServletRequest request, String host, Credential.Session credential) {
            return List.of();
        }

        @Override
        public Optional<List<Header>> wayIn(
                HttpServletRequest request, Guard.Admitted admitted, Credential credential, Predicate<String> takes) {
            return Optional.empty();
        }

        @Override
        public boolean isPortal(String host) {
            return false;
        }

        @Override
        public Duration pace() {
            return Duration.ofMinutes(1);
        }
    };

    /** The session that a request's cookie tells of; nothing when there is none, or nobody has used it for too long. */
    Optional<Credential.Session> credential(HttpServletRequest request, String host);

    /** The {@code Set-Cookie} fields of an answer, where what the cookie tells is older than what was just found out. */
    List<Header> freshCookie(HttpServletRequest request, String host, Credential.Session credential);

    /**
     * The fields of a redirect to the login page, for a person who looks at a page with a browser; nothing for a program,
     * and for whoever has logged in already in a way that counts.
     *
     * @param takes whether the login of an authenticator counts there
     */
    Optional<List<Header>> wayIn(
            HttpServletRequest request, Guard.Admitted admitted, Credential credential, Predicate<String> takes);

    /** Whether people log in on this host, and so have a session there that nothing else served there may use. */
    boolean isPortal(String host);

    /** How often a stream's session is judged: who has it may be gone, or in other groups. */
    Duration pace();
}
