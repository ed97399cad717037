package io.gatehouse.login;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Brings a session from the portal to a target's own host name: a code that is good once, for half a minute, for one host,
 * and for the one browser that asked for it there.
 */
public final class Handover {

    /** The cookie by which a host knows the browser again that it has sent to the portal. */
    public static final String NONCE = "enter";

    private static final String KIND = "handover";
    private static final Duration LIFE = Duration.ofSeconds(30);

    private final LoginRules rules;
    private final OneTimeCodes codes;

    public Handover(LoginRules rules, SharedState state, Clock clock) {
        this.rules = rules;
        this.codes = new OneTimeCodes(KIND, LIFE, rules.keys(), state, clock);
    }

    /** What the portal is told of the nonce: enough to compare, not to be taken for that browser. */
    public static String proof(String nonce) {
        return Fingerprint.of(nonce);
    }

    /**
     * Where a browser wants to go.
     *
     * @param url as it asks for it
     * @param served whether a host is a target's own
     * @return nothing when nothing of ours is served there: it must have our scheme, our port and one of our hosts
     */
    public Optional<URI> destination(String url, Predicate<String> served) {
        URI wanted;
        try {
            wanted = new URI(url);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        boolean plain = wanted.getScheme() != null && wanted.getHost() != null && wanted.getRawUserInfo() == null;
        if (!plain || !wanted.getScheme().equals(rules.portal().getScheme()) || port(wanted) != port(rules.portal())) {
            return Optional.empty();
        }
        String host = wanted.getHost().toLowerCase(Locale.ROOT);
        return isPortal(host) || served.test(host) ? Optional.of(wanted) : Optional.empty();
    }

    /** Whether a host is the portal's. */
    public boolean isPortal(String host) {
        return host.equalsIgnoreCase(rules.portal().getHost());
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }

    /** A code for a session. @throws SharedState.UnavailableException when the store does not answer */
    public String code(Session session, String host, String proof) {
        return codes.make(purpose(host), SessionText.compressed(out -> {
            byte[] text = SessionText.of(session);
            out.writeInt(text.length);
            out.write(text);
            out.writeUTF(proof);
        }));
    }

    private static String purpose(String host) {
        return "handover to " + host.toLowerCase(Locale.ROOT);
    }

    /** The session of a code, once. @throws SharedState.UnavailableException when the store does not answer */
    public Optional<Session> redeem(String code, String host, String nonce) {
        return codes.redeem(code, purpose(host))
                .flatMap(bytes -> SessionText.read(bytes, in -> {
                    byte[] text = in.readNBytes(in.readInt());
                    return in.readUTF().equals(proof(nonce)) ? SessionText.session(text) : Optional.<Session>empty();
                }))
                .flatMap(session -> session);
    }
}
