package io.gatehouse.proxy;

import io.gatehouse.kubernetes.ServiceProxy;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Where the references in an upstream's answers lead a client: below the path that the client has in front of them, once
 * and only once, and never to the upstream's own address. Read as browsers read them, who take a backslash for a slash
 * (WHATWG URL 4.4), so that nothing foreign looks like our own.
 *
 * <p>An API server has already put the path of its own proxy in front of what a pod wrote; what it has overlooked gets it
 * here.
 */
final class LinkMap {

    /** What a reference leads to. */
    enum Kind {
        /** Relative to where it stands, or nothing that HTTP serves: never changed. */
        RELATIVE,
        /** A path of the upstream. */
        PATH,
        /** An address of the upstream, or of Gatehouse. */
        OWN,
        /** Another host, or another scheme. */
        FOREIGN
    }

    /**
     * How a reference reads.
     *
     * @param from what stands from here
     * @param to to here
     * @param replacement is to be this
     */
    record Reading(Kind kind, int from, int to, String replacement) {

        String applied(String reference) {
            return reference.substring(0, from) + replacement + reference.substring(to);
        }
    }

    private static final Reading RELATIVE = new Reading(Kind.RELATIVE, 0, 0, "");
    private static final Reading FOREIGN = new Reading(Kind.FOREIGN, 0, 0, "");

    private final String base;
    private final String service;
    private final String root;
    private final String clientScheme;
    private final String clientHost;
    private final Set<String> upstreamNames;

    /**
     * @param prefix what the client has in front of the upstream's paths
     * @param base what the upstream has in front of them
     * @param service the root of what an API server proxies, or empty
     * @param upstreamNames the upstream's own hosts, lower case, without a usual port
     */
    LinkMap(
            String prefix,
            String base,
            String service,
            String clientScheme,
            String clientHost,
            Set<String> upstreamNames) {
        this.base = base;
        this.service = service;
        this.root = prefix + service;
        this.clientScheme = clientScheme;
        this.clientHost = withoutUsualPort(clientScheme, clientHost.toLowerCase(Locale.ROOT));
        this.upstreamNames = upstreamNames;
    }

    static LinkMap of(Exchange exchange) {
        Set<String> names = new HashSet<>(exchange.web().upstreamNames());
        String scheme = exchange.target().isTls() ? "https" : "http";
        names.add(withoutUsualPort(scheme, exchange.target().authority().toLowerCase(Locale.ROOT)));
        return new LinkMap(
                exchange.prefix(),
                exchange.target().basePath(),
                service(exchange),
                exchange.clientScheme(),
                exchange.clientHost(),
                names);
    }

    private static String service(Exchange exchange) {
        return exchange.target().isKubernetes()
                ? ServiceProxy.root(exchange.requestTarget().path())
                : "";
    }

    /** What a client has in front of the application's own paths; empty where that is nothing. */
    static String root(Exchange exchange) {
        return exchange.prefix() + service(exchange);
    }

    /** Whether paths in the pages of this exchange are others for the client: those of what is served, not of an API. */
    static boolean changesPages(Exchange exchange) {
        boolean same = exchange.prefix().equals(exchange.target().basePath());
        return !same
                && exchange.web().rewritesLinks()
                && (!exchange.target().isKubernetes() || !service(exchange).isEmpty());
    }

    /** What the client has in front of the application's own paths; empty where that is nothing. */
    String applicationRoot() {
        return root;
    }

    /** Reads a reference. */
    Reading read(String reference) {
        int start = 0;
        while (start < reference.length() && reference.charAt(start) <= ' ') {
            start++;
        }
        if (isSlash(reference, start)) {
            return isSlash(reference, start + 1)
                    ? address(reference, start, "", start)
                    : path(Kind.PATH, reference, start, start);
        }
        int colon = schemeEnd(reference, start);
        if (colon < 0) {
            return RELATIVE;
        }
        String scheme = reference.substring(start, colon).toLowerCase(Locale.ROOT);
        boolean http = scheme.equals("http") || scheme.equals("https");
        boolean whole = isSlash(reference, colon + 1) && isSlash(reference, colon + 2);
        return http && whole ? address(reference, start, scheme, colon + 1) : FOREIGN;
    }

    private Reading address(String reference, int start, String scheme, int slashes) {
        int from = slashes;
        while (isSlash(reference, from)) {
            from++;
        }
        int to = from;
        while (to < reference.length() && !isSlash(reference, to) && "?#".indexOf(reference.charAt(to)) < 0) {
            to++;
        }
        String written = reference.substring(from, to).toLowerCase(Locale.ROOT).stripTrailing();
        String host = withoutUsualPort(scheme.isEmpty() ? clientScheme : scheme, written);
        if (upstreamNames.contains(host)) {
            return path(Kind.OWN, reference, start, to);
        }
        if (!host.equals(clientHost)) {
            return FOREIGN;
        }
        // One that leads from http to https is meant so; without its scheme it would lead to itself.
        boolean secures = scheme.equals("https") && clientScheme.equals("http");
        return path(Kind.OWN, reference, secures ? to : start, to);
    }

    /** @param at where the path begins, which may be empty */
    private Reading path(Kind kind, String reference, int from, int at) {
        int rest = at;
        boolean ours = root.length() >= base.length() && isBelow(reference, at, root);
        if (!ours && isBelow(reference, at, base)) {
            rest += base.length();
        }
        ours |= isBelow(reference, rest, root);
        if (!ours && isBelow(reference, rest, service)) {
            rest += service.length();
            ours = isBelow(reference, rest, root); // the API server did not know that we are in front of it
        }
        String added = ours ? "" : root;
        int behind = ours ? rest + root.length() : rest;
        if (!isSlash(reference, behind)) {
            return new Reading(kind, from, behind, root + "/");
        }
        // What begins with two slashes would be another host.
        boolean host = added.isEmpty() && isSlash(reference, rest) && isSlash(reference, rest + 1);
        return new Reading(kind, from, rest, host ? "/." : added);
    }

    private static boolean isBelow(String reference, int at, String prefix) {
        int end = at + prefix.length();
        return !prefix.isEmpty()
                && reference.startsWith(prefix, at)
                && (end == reference.length() || isSlash(reference, end) || "?#".indexOf(reference.charAt(end)) >= 0);
    }

    private static boolean isSlash(String reference, int at) {
        return at < reference.length() && (reference.charAt(at) == '/' || reference.charAt(at) == '\\');
    }

    /** The colon behind a scheme; negative when there is none. */
    private static int schemeEnd(String reference, int start) {
        for (int i = start; i < reference.length(); i++) {
            char c = reference.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (c == ':' && i > start) {
                return i;
            }
            if (!letter && (i == start || "0123456789+-.".indexOf(c) < 0)) {
                return -1;
            }
        }
        return -1;
    }

    private static String withoutUsualPort(String scheme, String host) {
        String port = scheme.equals("https") ? ":443" : ":80";
        return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
    }
}
