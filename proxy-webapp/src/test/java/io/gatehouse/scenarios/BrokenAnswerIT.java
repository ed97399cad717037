package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer that breaks off: the client gets what there was of it, and can tell that it is not whole. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record BrokenAnswerIT(ContainerKind kind) {

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    /** The last line, which often says what went wrong, comes in one packet with the fault. */
    @ParameterizedTest
    @CsvSource({"pods,false", "pods,true", "pods?watch=1,false", "pods?watch=1,true"})
    void showsItsLastLineAndNoEnd(String resource, boolean tls) throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            seen.await(20, TimeUnit.SECONDS);
            connection.send("4\r\nlast\r\nzz\r\n");
        });
        String target = "/kube/api/v1/namespaces/d/" + resource;
        try (RawClient client = site.container().client(tls)) {
            client.send(Site.head("GET", target, "bob", Site.marker()) + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(client.readChunk()).asString().isEqualTo("first");
            seen.countDown();
            assertThat(client.readToEnd()).contains("last").doesNotContain("\r\n0\r\n");
        }
    }
}
