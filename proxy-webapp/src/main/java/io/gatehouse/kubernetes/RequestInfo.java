package io.gatehouse.kubernetes;

import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.KubernetesAction;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads what a request means to a kube-apiserver, by the rules of {@code RequestInfoFactory.NewRequestInfo} in
 * {@code k8s.io/apiserver/pkg/endpoints/request/requestinfo.go}.
 */
public final class RequestInfo {

    private static final Set<String> PATH_VERBS = Set.of("proxy", "watch");
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");
    private static final Set<String> SELECTOR_VERBS = Set.of("list", "watch", "deletecollection");

    /** What stands for bytes that are no UTF-8; by itself it is in no selector that anybody means. */
    private static final char NO_TEXT = '\uFFFD';

    private RequestInfo() {}

    /**
     * The action of a request.
     *
     * @param target the target as the API server gets it
     * @throws InvalidRequestException where kube-apiserver too finds no meaning, a path verb that nothing follows; and
     *     where API servers differ
     */
    public static KubernetesAction of(String method, RequestTarget target) {
        if (QueryValues.hasTooManyPairs(target.query())) {
            throw new InvalidRequestException("the query has more than " + QueryValues.MAX_PAIRS
                    + " parameters, which API servers read differently");
        }
        String path = RequestTarget.percentDecoded(target.path());
        List<String> parts = split(path);
        if (parts.contains("")) {
            throw new InvalidRequestException("the path has an empty segment behind an encoded slash");
        }
        boolean grouped = !parts.isEmpty() && parts.get(0).equals("apis");
        boolean resourceRequest =
                parts.size() >= (grouped ? 4 : 3) && (grouped || parts.get(0).equals("api"));
        if (!resourceRequest) {
            return KubernetesAction.nonResource(method.toLowerCase(Locale.ROOT), path);
        }
        String group = grouped ? parts.get(1) : "";
        String version = parts.get(grouped ? 2 : 1);
        List<String> rest = parts.subList(grouped ? 3 : 2, parts.size());
        boolean verbInPath = PATH_VERBS.contains(rest.get(0));
        if (verbInPath && rest.size() < 2) {
            throw new InvalidRequestException(
                    "the path ends behind " + rest.get(0) + ", where a resource was expected");
        }
        String verb = verbInPath ? rest.get(0) : verb(method);
        rest = verbInPath ? rest.subList(1, rest.size()) : rest;
        String namespace = "";
        if (rest.get(0).equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            if (rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
                rest = rest.subList(2, rest.size());
            }
        }
        String resource = rest.get(0);
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 && !verb.equals("proxy") ? rest.get(2) : "";
        if (name.isEmpty() && verb.equals("get")) {
            ListOptions options = ListOptions.of(target.query());
            verb = options.watch() ? "watch" : "list";
            name = options.exactName();
        } else if (name.isEmpty() && verb.equals("delete")) {
            verb = "deletecollection";
        }
        boolean selectors = !verbInPath && SELECTOR_VERBS.contains(verb);
        return new KubernetesAction(
                true,
                verb,
                group,
                version,
                namespace,
                resource,
                subresource,
                name,
                path,
                selectors ? selector(target.query(), "fieldSelector") : "",
                selectors ? selector(target.query(), "labelSelector") : "");
    }

    private static List<String> split(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (to > from && path.charAt(to - 1) == '/') {
            to--;
        }
        return from == to ? List.of() : Arrays.asList(path.substring(from, to).split("/", -1));
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
    }

    private static String selector(String query, String key) {
        String selector = QueryValues.first(query, key).orElse("");
        if (selector.indexOf(NO_TEXT) >= 0) {
            throw new InvalidRequestException("the " + key + " is not UTF-8 when decoded");
        }
        return selector;
    }
}
