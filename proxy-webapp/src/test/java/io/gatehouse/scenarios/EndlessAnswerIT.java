package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer that does not end is cut when its rights are, also when nothing about the request said that it would last. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record EndlessAnswerIT(ContainerKind kind) {

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @Test
    void endsWithTheUser() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            connection.readToEnd();
        });
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/up/endless", "bob", Site.marker()) + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(client.readChunk())).isEqualTo("first");
            site.home().users("alice");
            assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
        }
    }
}
