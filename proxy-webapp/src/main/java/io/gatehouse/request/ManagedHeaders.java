package io.gatehouse.request;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The header fields that a client may not set towards an upstream, because an upstream or something between believes
 * them. Names are compared after folding: upstreams that speak CGI or WSGI read {@code X_Remote_User} and
 * {@code X.Remote.User} as {@code X-Remote-User}, so all spellings are one.
 */
public final class ManagedHeaders {

    private static final String IMPERSONATE = "impersonate-";

    private static final Set<String> NAMES = Set.of(
            "authorization",
            "proxy-authorization",
            "forwarded",
            "forwarded-for",
            "x-forwarded",
            "x-original-forwarded-for",
            "x-originating-ip",
            "proxy",
            "remote-user",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "x-original-url",
            "x-original-uri",
            "x-original-method",
            "x-original-host",
            "x-rewrite-url",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-host",
            "x-scheme",
            "x-client-verify",
            "x-client-cert",
            "client-cert",
            "client-cert-chain",
            "x-webauth-user",
            "x-authenticated-user",
            "audit-id",
            "x-request-id");

    private static final String[] PREFIXES = {
        IMPERSONATE, "x-remote-", "x-forwarded-", "x-ssl-", "ssl-client-", "x-auth-request-", "x-gatehouse-"
    };

    private final Set<String> names;
    private final String[] prefixes;

    private ManagedHeaders(Set<String> names, String[] prefixes) {
        this.names = names;
        this.prefixes = prefixes;
    }

    /**
     * The well-known ones and those of an upstream identity.
     *
     * @param more names; one that ends in a dash stands for all that start with it
     */
    public static ManagedHeaders with(Collection<String> more) {
        Set<String> names = new HashSet<>(NAMES);
        Set<String> prefixes = new HashSet<>(Set.of(PREFIXES));
        for (String name : more) {
            String folded = fold(name);
            (folded.endsWith("-") ? prefixes : names).add(folded);
        }
        return new ManagedHeaders(Set.copyOf(names), prefixes.toArray(String[]::new));
    }

    /** Lower case, with every other character made a dash: some upstream or other maps each of them to one sign. */
    public static String fold(String name) {
        char[] folded = new char[name.length()];
        for (int i = 0; i < folded.length; i++) {
            char c = name.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            folded[i] = plain ? c : c >= 'A' && c <= 'Z' ? (char) (c + 32) : '-';
        }
        return new String(folded);
    }

    /** Whether a folded name is one of the {@code Impersonate-} headers, which are judged or refused but never dropped. */
    public static boolean isImpersonation(String folded) {
        return folded.startsWith(IMPERSONATE);
    }

    /** Whether a folded name is managed. */
    public boolean contains(String folded) {
        if (names.contains(folded)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (folded.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
