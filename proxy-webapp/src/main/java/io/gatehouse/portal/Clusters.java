package io.gatehouse.portal;

import io.gatehouse.login.Session;
import io.gatehouse.pipeline.Route;
import io.gatehouse.pipeline.Rules;
import java.net.URI;
import java.util.Comparator;
import java.util.List;

/** What of the targets a person sees: those that take the way they have logged in. */
final class Clusters {

    /**
     * One of them.
     *
     * @param url where it is reached
     * @param kubernetes whether it is a cluster, for kubectl; else a page, for a browser
     * @param browsers whether a browser's session counts there
     */
    record Cluster(String name, String url, boolean kubernetes, boolean browsers) {}

    private Clusters() {}

    static List<Cluster> of(Session session, Rules rules, URI portal) {
        return rules.routesByTarget().values().stream()
                .filter(route -> route.broken().isEmpty())
                .filter(route -> route.authentication().takes(session.authenticator()))
                .map(route -> cluster(route, rules, portal))
                .sorted(Comparator.comparing(Cluster::name))
                .toList();
    }

    private static Cluster cluster(Route route, Rules rules, URI portal) {
        String path = portal.getRawPath() == null ? "" : portal.getRawPath();
        String port = portal.getPort() < 0 ? "" : ":" + portal.getPort();
        String url = rules.routes()
                .hostOf(route)
                .map(host -> portal.getScheme() + "://" + host + port + path)
                .orElseGet(() -> portal + withoutSlash(route.prefix()));
        return new Cluster(
                route.target().name(), url, route.target().isKubernetes(), route.ownOrigin() || route.sharedOrigin());
    }

    private static String withoutSlash(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }
}
