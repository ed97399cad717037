package io.gatehouse.kubernetes;

import io.gatehouse.spi.KubernetesAction;
import java.nio.charset.StandardCharsets;

/** The answer that kubectl prints well: a {@code Status} object, as kube-apiserver makes it. */
public final class KubernetesStatus {

    private KubernetesStatus() {}

    /**
     * JSON of a failure.
     *
     * @param code the HTTP status
     * @param message one sentence for the user
     */
    public static byte[] failure(int code, String message) {
        String json = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\""
                + escape(message) + "\",\"reason\":\"" + reason(code) + "\",\"code\":" + code + "}\n";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * JSON of a refusal in kube-apiserver's own words, as {@code pkg/endpoints/handlers/responsewriters/errors.go} has
     * them, so that kubectl prints what its users know.
     *
     * @param why added behind the sentence
     */
    public static byte[] forbidden(String user, KubernetesAction action, String why) {
        if (!action.resourceRequest()) {
            String path = "User \"" + user + "\" cannot " + action.verb() + " path \"" + action.path() + "\"";
            return failure(403, "forbidden: " + path + ": " + why);
        }
        String object = action.apiGroup().isEmpty() ? action.resource() : action.resource() + "." + action.apiGroup();
        String named = action.name().isEmpty() ? object : object + " \"" + action.name() + "\"";
        String scope = action.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"" + action.namespace() + "\"";
        return failure(
                403,
                named + " is forbidden: User \"" + user + "\" cannot " + action.verb() + " resource \""
                        + action.resourceAndSubresource() + "\" in API group \"" + action.apiGroup() + "\" " + scope
                        + ": " + why);
    }

    /** The reasons of {@code k8s.io/apimachinery/pkg/apis/meta/v1/types.go} for the codes that Gatehouse answers. */
    private static String reason(int code) {
        return switch (code) {
            case 400, 414, 431 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> "InternalError";
        };
    }

    private static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == '<' || c == '>' || c == '&' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
