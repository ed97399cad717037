package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A refused request whose body never comes holds nothing: the answer is sent and the connection closed. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record UnreadBodyIT(ContainerKind kind) {

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @ParameterizedTest
    @CsvSource({
        "alice,403,Content-Length: 10",
        "alice,403,Transfer-Encoding: chunked",
        "carol,401,Content-Length: 10",
        "carol,401,Transfer-Encoding: chunked"
    })
    void closesTheConnectionOfARefusedUpload(String user, int status, String framing) throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            // Reads until the server closes, and fails when it does not.
            String answer = site.exchange(
                    tls, Site.head("POST", "/kube/api/v1/namespaces/d/pods", user, Site.marker(), framing) + "\r\n");
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        }
    }
}
