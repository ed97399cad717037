package io.gatehouse.login;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.StateStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * How people log in, as one value that a reload swaps whole.
 *
 * @param portal where browsers reach Gatehouse itself, with the context path, if any
 * @param logins the ways to log in, by name, in the order of the page
 * @param administrators whoever is in one of these groups may end others' sessions
 * @param store where sessions, tokens and what ended are kept
 * @param storeCall the way into its plugin
 * @param keys what cookies and the store's secrets are sealed with
 * @param times how long all of it lasts
 * @param loginsPerMinute of one address; as many at once after a pause
 */
public record LoginRules(
        URI portal,
        Map<String, Login> logins,
        Set<String> administrators,
        StateStore store,
        PluginCall storeCall,
        KeyRing keys,
        Times times,
        int loginsPerMinute) {

    /**
     * How long.
     *
     * @param idle a session that nobody uses
     * @param life a session at the most
     * @param renew until the authenticator is asked again
     * @param grace how much longer when it can not answer
     * @param tokens an API token at the most
     * @param confirm how long an API token counts after its owner was confirmed
     */
    public record Times(
            Duration idle, Duration life, Duration renew, Duration grace, Duration tokens, Duration confirm) {

        /** The longest that an administrator can choose for {@code renew}. */
        public static final Duration LONGEST_RENEWAL = Duration.ofDays(1);

        /** Until when a session goes on that was proven at a time, and can not be since. */
        Instant borne(Instant proven) {
            return proven.plus(renew).plus(grace);
        }
    }

    /** Whether browsers reach the portal over TLS: then its cookies are {@code __Host-} ones. */
    boolean secure() {
        return portal.getScheme().equals("https");
    }
}
