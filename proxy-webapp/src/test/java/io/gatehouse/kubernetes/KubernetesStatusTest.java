package io.gatehouse.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.KubernetesAction;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesStatusTest {

    @Test
    void isWhatKubectlReads() {
        assertThat(text(KubernetesStatus.failure(401, "Unauthorized")))
                .isEqualTo("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                        + "\"message\":\"Unauthorized\",\"reason\":\"Unauthorized\",\"code\":401}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/api/v1/namespaces/d/pods/p/log|pods \\\"p\\\" is forbidden: User \\\"alice\\\" cannot get resource"
                        + " \\\"pods/log\\\" in API group \\\"\\\" in the namespace \\\"d\\\": why",
                "GET|/apis/apps/v1/deployments|deployments.apps is forbidden: User \\\"alice\\\" cannot list resource"
                        + " \\\"deployments\\\" in API group \\\"apps\\\" at the cluster scope: why",
                "GET|/metrics|forbidden: User \\\"alice\\\" cannot get path \\\"/metrics\\\": why"
            })
    void speaksAsKubeApiserverDoes(String method, String path, String message) {
        KubernetesAction action = RequestInfo.of(method, RequestTarget.of(path, null));
        assertThat(text(KubernetesStatus.forbidden("alice", action, "why")))
                .contains("\"message\":\"" + message + "\"");
    }

    @Test
    void escapesWhatCouldEndATextOrATag() {
        assertThat(text(KubernetesStatus.failure(400, "\"\\\r\n\u0000<b>&ü\u2028")))
                .contains("\"message\":\"\\\"\\\\\\u000d\\u000a\\u0000\\u003cb\\u003e\\u0026\\u00fc\\u2028\"");
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
