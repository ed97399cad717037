package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.KubernetesAction;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Kubernetes rules in the plainest way, one by one, as docs/plugins/acl.md tells them. */
final class NaiveKubernetes {

    private static final Set<String> STREAMS = Set.of("exec", "attach", "portforward");
    private static final Set<String> BY_NAME =
            Set.of("exec", "attach", "portforward", "proxy", "ephemeralcontainers", "token");
    private static final Set<String> COLLECTIONS = Set.of("list", "watch", "deletecollection");
    private static final String NONRESOURCE = "k8s:nonresource:";

    private final AccessRequest request;
    private final KubernetesAction action;

    NaiveKubernetes(AccessRequest request) {
        this.request = request;
        this.action = request.kubernetes().orElseThrow();
    }

    boolean isImpersonation() {
        return action.resourceRequest() && action.verb().equals("impersonate");
    }

    /** The verbs that must each be allowed by some rule; one that can not be named where nothing can allow it. */
    Set<String> needed() {
        if (!action.resourceRequest()) {
            return Set.of(request.upgrade().isPresent() ? "UPGRADE" : method());
        }
        if (!isStream()) {
            return Set.of(action.verb());
        }
        return STREAMS.contains(action.subresource())
                ? Set.of("create")
                : new HashSet<>(List.of(action.verb(), "create"));
    }

    private Set<String> denied() {
        if (!action.resourceRequest()) {
            return request.upgrade().isPresent() ? new HashSet<>(List.of(method(), "post")) : Set.of(method());
        }
        Set<String> verbs = new HashSet<>(needed());
        verbs.add(action.verb());
        if (isStream() && request.method().equals("GET")) {
            verbs.add("get");
        }
        return verbs;
    }

    private boolean isStream() {
        boolean reads = action.verb().equals("watch") && !STREAMS.contains(action.subresource())
                || action.verb().equals("get") && action.subresource().equals("log");
        return request.upgrade().isPresent() && !reads && !isImpersonation();
    }

    private String method() {
        return request.method().equals("HEAD") ? "get" : request.method().toLowerCase(Locale.ROOT);
    }

    boolean allows(String object, String verbs, String verb) {
        List<String> named = List.of(verbs.split("\\|"));
        boolean byStar = named.contains("*")
                && !Set.of("deletecollection", "impersonate", "UPGRADE", "propfind", "proxy", "")
                        .contains(verb);
        if (!named.contains(verb) && !byStar) {
            return false;
        }
        if (!isKind(object)) {
            return false;
        }
        if (!action.resourceRequest()) {
            return matchesPath(object);
        }
        String[] parts = object.split(" ")[0].substring("k8s:".length()).split("/", 3);
        String subresource = parts.length == 3 ? parts[2] : "";
        boolean subresourceMatches = subresource.equals("*")
                ? !action.subresource().isEmpty() && !BY_NAME.contains(action.subresource())
                : subresource.equals(action.subresource());
        return matches(parts[0], action.apiGroup())
                && matches(parts[1], action.resource())
                && subresourceMatches
                && matchesQualifier(qualifier(object, "ns="), action.namespace())
                && matchesQualifier(qualifier(object, "name="), action.name());
    }

    boolean denies(String object, String verbs) {
        List<String> named = List.of(verbs.split("\\|"));
        if (!isKind(object) || !named.contains("*") && denied().stream().noneMatch(named::contains)) {
            return false;
        }
        if (!action.resourceRequest()) {
            return matchesPath(object);
        }
        String[] parts = object.split(" ")[0].substring("k8s:".length()).split("/", 3);
        boolean subresourceMatches = parts.length < 3
                || (parts[2].equals("*") ? !action.subresource().isEmpty() : parts[2].equals(action.subresource()));
        // All of them: this one is among them.
        boolean allNamespaces = action.namespace().isEmpty()
                && denied().stream()
                        .anyMatch(verb -> COLLECTIONS.contains(verb) && (named.contains("*") || named.contains(verb)));
        return matches(parts[0], action.apiGroup())
                && matches(parts[1], action.resource())
                && subresourceMatches
                && (allNamespaces || matchesQualifier(qualifier(object, "ns="), action.namespace()))
                && (action.name().isEmpty() || matchesQualifier(qualifier(object, "name="), action.name()));
    }

    private boolean isKind(String object) {
        return object.startsWith("k8s:") && object.startsWith(NONRESOURCE) != action.resourceRequest();
    }

    private boolean matchesPath(String object) {
        return request.path().matches(NaivePolicy.regex(object.substring(NONRESOURCE.length())));
    }

    private static boolean matches(String written, String asked) {
        return written.equals("*") || written.equals(asked);
    }

    private static String qualifier(String object, String start) {
        for (String word : object.split(" ")) {
            if (word.startsWith(start)) {
                return word.substring(start.length());
            }
        }
        return "";
    }

    private static boolean matchesQualifier(String written, String asked) {
        if (written.endsWith("*")) {
            return !asked.isEmpty() && asked.startsWith(written.substring(0, written.length() - 1));
        }
        return written.isEmpty() || written.equals(asked);
    }
}
