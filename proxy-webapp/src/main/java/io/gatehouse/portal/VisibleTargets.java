package io.gatehouse.portal;

import io.gatehouse.login.Session;
import io.gatehouse.pipeline.Route;
import io.gatehouse.pipeline.Rules;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What of the targets a person sees: those that take the way they have logged in. */
final class VisibleTargets {

    /**
     * One of them.
     *
     * @param url where it is reached
     * @param kubernetes whether it is a cluster, for kubectl; else a service
     * @param browsers whether a browser's session counts there
     */
    record Entry(String name, String url, boolean kubernetes, boolean browsers) {}

    private VisibleTargets() {}

    static List<Entry> of(Session session, Rules rules, URI portal) {
        return rules.routesByTarget().values().stream()
                .filter(route -> route.broken().isEmpty())
                .filter(route -> route.authentication().takes(session.authenticator()))
                .map(route -> entry(route, rules, portal))
                .sorted(Comparator.comparing(Entry::name))
                .toList();
    }

    /**
     * Names of targets that a person who has proven themselves so may choose. Of one that is not theirs they learn as little
     * as of one that does not exist.
     *
     * @throws IllegalArgumentException naming the others
     */
    static Set<String> chosen(Set<String> names, String authenticator, Rules rules) {
        Set<String> unknown = new TreeSet<>(names);
        rules.routesByTarget().values().stream()
                .filter(route -> route.authentication().takes(authenticator))
                .forEach(route -> unknown.remove(route.target().name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("you have no target "
                    + unknown.stream().map(Json::text).collect(Collectors.joining(" and no target ")));
        }
        return names;
    }

    private static Entry entry(Route route, Rules rules, URI portal) {
        String path = portal.getRawPath() == null ? "" : portal.getRawPath();
        String port = portal.getPort() < 0 ? "" : ":" + portal.getPort();
        String url = rules.routes()
                .hostOf(route)
                .map(host -> portal.getScheme() + "://" + host + port + path)
                .orElseGet(() -> portal + withoutSlash(route.prefix()));
        return new Entry(
                route.target().name(), url, route.target().isKubernetes(), route.ownOrigin() || route.sharedOrigin());
    }

    private static String withoutSlash(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }
}
