package io.gatehouse.login;

import io.gatehouse.spi.Header;
import io.gatehouse.spi.StateStore.Entry;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Logins that have begun. Each is in a cookie of its own, so that two tabs can log in at once, and ends with the first
 * answer to it; the store remembers that for as long as the cookie could come back.
 */
final class LoginAttempts {

    private static final String PURPOSE = "login attempt";
    private static final String KIND = "attempt";
    private static final Duration LIFE = Duration.ofMinutes(10);

    /** Of one browser at once; beyond, the earlier ones are given up, as their cookies would fill its requests. */
    private static final int MAX = 5;

    private static final int MAX_KEPT = 2_048;

    private final LoginRules rules;
    private final SharedState state;
    private final Clock clock;
    private final CookieHeaders cookies;

    LoginAttempts(LoginRules rules, SharedState state, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.clock = clock;
        this.cookies = new CookieHeaders(rules.secure());
    }

    /**
     * A login that has begun.
     *
     * @param id what the provider, or the form, sends back
     * @param login the way to log in
     * @param to where the browser goes afterwards
     * @param kept what the authenticator keeps until the next step
     */
    record Attempt(String id, String login, String to, Map<String, String> kept, Instant began) {}

    Attempt begin(String login, String to) {
        return new Attempt(KeyRing.randomName(), login, to, Map.of(), clock.instant());
    }

    /** The fields that have the browser keep an attempt. @throws IllegalArgumentException when too much is kept */
    List<Header> keep(HttpServletRequest request, Attempt attempt, Map<String, String> kept) {
        int length = kept.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        if (length > MAX_KEPT) {
            throw new IllegalArgumentException(
                    "the login wants to keep " + length + " characters, more than " + MAX_KEPT);
        }
        List<Header> fields = new ArrayList<>();
        if (cookies.names(request, "login-").size() >= MAX) {
            fields.addAll(cookies.removeAll(request, "login-"));
        }
        byte[] bytes = SessionText.compressed(out -> {
            out.writeUTF(attempt.id());
            out.writeUTF(attempt.login());
            out.writeUTF(attempt.to());
            out.writeLong(attempt.began().toEpochMilli());
            out.writeInt(kept.size());
            for (Map.Entry<String, String> one : kept.entrySet()) {
                out.writeUTF(one.getKey());
                out.writeUTF(one.getValue());
            }
        });
        fields.addAll(cookies.set(request, name(attempt.id()), rules.keys().seal(PURPOSE, bytes)));
        return fields;
    }

    private static String name(String id) {
        return "login-" + Fingerprint.of(id).substring(0, 16);
    }

    /**
     * The attempt that an answer belongs to, as the browser has it.
     *
     * @param id what came back
     * @return nothing when this browser has none of that id for this login, or it is too old
     */
    Optional<Attempt> known(HttpServletRequest request, String login, String id) {
        return kept(request, name(id))
                .filter(known -> known.id().equals(id) && known.login().equals(login));
    }

    /** What a cookie says, while that counts. */
    private Optional<Attempt> kept(HttpServletRequest request, String name) {
        return cookies.read(request, name)
                .flatMap(text -> rules.keys().open(PURPOSE, text))
                .flatMap(bytes -> SessionText.read(bytes, in -> {
                    String known = in.readUTF();
                    String of = in.readUTF();
                    String to = in.readUTF();
                    Instant began = SessionText.instant(in);
                    Map<String, String> kept = new LinkedHashMap<>();
                    for (int i = in.readInt(); i > 0; i--) {
                        kept.put(in.readUTF(), in.readUTF());
                    }
                    return new Attempt(known, of, to, kept, began);
                }))
                .filter(known -> clock.instant().isBefore(known.began().plus(LIFE)));
    }

    /** Names of all that a browser has under way; nothing when it is one alone. */
    List<String> beside(HttpServletRequest request) {
        List<String> names = cookies.names(request, "login-").stream()
                .filter(name -> kept(request, name).isPresent())
                .limit(MAX)
                .toList();
        return names.size() > 1 ? names : List.of();
    }

    /**
     * The attempt that an answer belongs to, once.
     *
     * @return nothing when it is not {@link #known}, or was answered before
     * @throws SharedState.UnavailableException when the store does not answer
     */
    Optional<Attempt> take(HttpServletRequest request, String login, String id) {
        return known(request, login, id)
                .filter(known -> state.write(new Entry(
                        KIND,
                        Fingerprint.of(id),
                        1,
                        List.of(),
                        "used",
                        known.began().plus(LIFE).plusSeconds(60))));
    }

    /** Removes its cookie. */
    List<Header> forget(HttpServletRequest request, Attempt attempt) {
        return cookies.remove(request, name(attempt.id()));
    }
}
