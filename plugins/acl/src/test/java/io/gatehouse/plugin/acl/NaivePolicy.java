package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AccessRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The meaning of a policy in the plainest way: every rule is looked at for every request. */
final class NaivePolicy {

    private final List<String[]> lines = new ArrayList<>();

    NaivePolicy(List<String> text) {
        text.forEach(line -> lines.add(line.split(", ")));
    }

    /** {@code deny}, {@code allow} or {@code none}. */
    String decide(AccessRequest request) {
        Set<String> subjects = subjects(request);
        List<String[]> rules = lines.stream()
                .filter(line -> line[0].equals("p")
                        && subjects.contains(line[1])
                        && (line[2].equals("*") || line[2].equals(request.target())))
                .toList();
        Optional<NaiveKubernetes> kubernetes = request.kubernetes().map(action -> new NaiveKubernetes(request));
        for (String[] rule : rules) {
            if (rule[5].equals("deny")
                    && (deniesPath(rule, request)
                            || kubernetes
                                    .filter(asked -> asked.denies(rule[3], rule[4]))
                                    .isPresent())) {
                return "deny";
            }
        }
        boolean byPath = kubernetes.filter(NaiveKubernetes::isImpersonation).isEmpty()
                && rules.stream().anyMatch(rule -> rule[5].equals("allow") && allowsPath(rule, request));
        boolean byObject = kubernetes.isPresent()
                && kubernetes.get().needed().stream()
                        .allMatch(verb -> rules.stream()
                                .anyMatch(rule -> rule[5].equals("allow")
                                        && kubernetes.get().allows(rule[3], rule[4], verb)));
        return byPath || byObject ? "allow" : "none";
    }

    private static boolean deniesPath(String[] rule, AccessRequest request) {
        return isPath(rule, request) && denied(request).stream().anyMatch(action -> names(rule[4], action, true));
    }

    private static boolean allowsPath(String[] rule, AccessRequest request) {
        return isPath(rule, request)
                && names(rule[4], request.upgrade().isPresent() ? "UPGRADE" : method(request), false);
    }

    private static boolean isPath(String[] rule, AccessRequest request) {
        return rule[3].startsWith("/") && request.path().matches(regex(rule[3]));
    }

    static String regex(String pattern) {
        boolean subtree = pattern.endsWith("/**");
        String path = subtree ? pattern.substring(0, pattern.length() - 3) : pattern.equals("/") ? "" : pattern;
        return path.replace("*", "[^/]+") + (subtree ? "(/.*)?" : "/?");
    }

    private static List<String> denied(AccessRequest request) {
        return request.upgrade().isPresent() ? List.of("UPGRADE", "POST", method(request)) : List.of(method(request));
    }

    private static String method(AccessRequest request) {
        return request.method().equals("HEAD") ? "GET" : request.method();
    }

    private static boolean names(String actions, String action, boolean denies) {
        List<String> named = List.of(actions.split("\\|"));
        return named.contains(action)
                || named.contains("*") && !action.equals("UPGRADE") && (denies || !action.equals("PROPFIND"));
    }

    private Set<String> subjects(AccessRequest request) {
        Set<String> subjects =
                new HashSet<>(Set.of("*", "user:" + request.identity().user()));
        request.identity().groups().forEach(group -> subjects.add("group:" + group));
        for (int size = 0; size != subjects.size(); ) {
            size = subjects.size();
            lines.stream()
                    .filter(line -> line[0].equals("g") && subjects.contains(line[1]))
                    .forEach(line -> subjects.add(line[2]));
        }
        return subjects;
    }
}
