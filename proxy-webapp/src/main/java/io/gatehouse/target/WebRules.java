package io.gatehouse.target;

import java.util.Set;

/**
 * What happens to the references in an upstream's answers, and which paths it takes.
 *
 * @param foreignRedirects who may be sent to another host by the upstream
 * @param rewritesLinks whether links in HTML are rewritten where the target is served under a path
 * @param upstreamNames further hosts, or hosts with a port, by which the upstream calls itself; lower case
 * @param encodedSlash whether {@code %2F} may stand in a path
 */
public record WebRules(
        ForeignRedirects foreignRedirects, boolean rewritesLinks, Set<String> upstreamNames, boolean encodedSlash) {

    /** What a target has that says nothing about it. */
    public static final WebRules DEFAULT = new WebRules(ForeignRedirects.BROWSERS, true, Set.of(), false);

    /** Who may be sent to another host. */
    public enum ForeignRedirects {
        /** Browsers, which keep credentials to the origin that they are for; a program may take its own along. */
        BROWSERS,
        /** Everybody. */
        PASS,
        /** Nobody. */
        REFUSE
    }
}
