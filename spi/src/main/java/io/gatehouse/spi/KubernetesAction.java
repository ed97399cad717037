package io.gatehouse.spi;

import java.util.Set;

/**
 * What a request means to a kube-apiserver, computed once by the host with kube-apiserver's own rules
 * ({@code k8s.io/apiserver/pkg/endpoints/request/requestinfo.go}). Absent parts are empty strings, as there.
 *
 * @param resourceRequest whether an API object or collection is meant; else only {@code verb} and {@code path} count
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, … or the lower-case method of a non-resource
 *     request; empty where Kubernetes knows none. One thing is stricter than there: what switches protocols to
 *     {@linkplain #isShellOrTunnel a shell or a tunnel} is a {@code create} whatever its method, as a WebSocket is a GET
 * @param apiGroup empty for the core group
 * @param apiVersion such as {@code v1}
 * @param namespace empty for all namespaces and for cluster-scoped resources
 * @param resource plural, lower case
 * @param subresource such as {@code exec}
 * @param name empty for a collection
 * @param path the whole decoded path
 * @param fieldSelector as it was sent, unparsed; only of list, watch and deletecollection
 * @param labelSelector likewise
 */
public record KubernetesAction(
        boolean resourceRequest,
        String verb,
        String apiGroup,
        String apiVersion,
        String namespace,
        String resource,
        String subresource,
        String name,
        String path,
        String fieldSelector,
        String labelSelector) {

    private static final Set<String> SHELLS_AND_TUNNELS = Set.of("exec", "attach", "portforward");

    /** A request that names no API object. */
    public static KubernetesAction nonResource(String verb, String path) {
        return new KubernetesAction(false, verb, "", "", "", "", "", "", path, "", "");
    }

    /** Whether it is about a subresource that becomes a shell or a tunnel: exec, attach or portforward. */
    public boolean isShellOrTunnel() {
        return resourceRequest && SHELLS_AND_TUNNELS.contains(subresource);
    }

    /** The same with another verb. */
    public KubernetesAction withVerb(String newVerb) {
        return new KubernetesAction(
                resourceRequest,
                newVerb,
                apiGroup,
                apiVersion,
                namespace,
                resource,
                subresource,
                name,
                path,
                fieldSelector,
                labelSelector);
    }

    /** {@code resource}, or {@code resource/subresource}. */
    public String resourceAndSubresource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}
