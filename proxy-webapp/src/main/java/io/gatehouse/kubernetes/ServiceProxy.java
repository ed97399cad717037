package io.gatehouse.kubernetes;

import java.util.List;

/** The API server's own reverse proxy, behind which a pod, a service or a node serves whatever it likes. */
public final class ServiceProxy {

    private static final String API = "/api/v1/";
    private static final List<String> PROXIED = List.of("services", "pods");

    private ServiceProxy() {}

    /**
     * Where what is proxied has its own {@code /}: {@code /api/v1/namespaces/d/services/https:ui:443/proxy}. Empty for a
     * path that does not lead through the proxy.
     *
     * @param path canonical, as the API server gets it
     */
    public static String root(String path) {
        if (!path.startsWith(API)) {
            return "";
        }
        int first = API.length() - 1;
        boolean namespaced = path.startsWith("/namespaces/", first);
        if (!namespaced && !path.startsWith("/nodes/", first)) {
            return "";
        }
        int name = segmentEnd(path, segmentEnd(path, first));
        if (namespaced) {
            int resource = segmentEnd(path, name);
            boolean proxied = resource > name && PROXIED.contains(path.substring(name + 1, resource));
            name = proxied ? segmentEnd(path, resource) : -1;
        }
        int end = segmentEnd(path, name);
        return end >= 0 && path.substring(name, end).equals("/proxy") ? path.substring(0, end) : "";
    }

    /** The slash behind the segment that begins at a slash, or the path's end; negative when there is no segment. */
    private static int segmentEnd(String path, int slash) {
        if (slash < 0 || slash >= path.length()) {
            return -1;
        }
        int next = path.indexOf('/', slash + 1);
        return next < 0 ? path.length() : next;
    }
}
