package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack D16: a container that is tired of silent connections leaves streams alone, however long they say nothing. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record SilentStreamIT(ContainerKind kind) {

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.startImpatient(kind, Duration.ofMillis(500));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    /** Until the container has closed, one after the other, three connections that were silent after an answer. */
    private static void beSilent(boolean tls) throws IOException {
        for (int i = 0; i < 3; i++) {
            try (RawClient client = site.container().client(tls)) {
                client.send(Site.head("GET", "/up/short", "bob", Site.marker()) + "\r\n");
                assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/kube/api/v1/namespaces/d/pods?watch=1",
                "/kube/api/v1/namespaces/d/pods/p/log?follow=true",
                "/up/events"
            })
    void anAnswerThatIsSilentGoesOn(String target) throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            CountDownLatch spoken = new CountDownLatch(1);
            site.play(connection -> {
                if (answered(connection.readHead(), connection)) {
                    return;
                }
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                spoken.await(60, TimeUnit.SECONDS);
                connection.send("4\r\nlast\r\n0\r\n\r\n");
            });
            String marker = Site.marker();
            try (RawClient client = site.container().client(tls)) {
                client.send(Site.head("GET", target, "bob", marker) + "\r\n").readHead();
                assertThat(client.readChunk()).asString().isEqualTo("first");
                beSilent(tls);
                spoken.countDown();
                assertThat(client.readChunk()).asString().isEqualTo("last");
                assertThat(client.readChunk()).isEmpty();
            }
            assertThat(site.records().close(marker).end()).isEqualTo("complete");
        }
    }

    @ParameterizedTest
    @EnumSource(UpgradeIT.Wish.class)
    void aTunnelThatIsSilentGoesOn(UpgradeIT.Wish wish) throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            site.play(connection -> {
                String head = connection.readHead();
                if (!answered(head, connection)) {
                    connection.send(UpgradeIT.switched(head));
                    connection.echo();
                }
            });
            String marker = Site.marker();
            try (RawClient client = site.container().client(tls)) {
                client.send(UpgradeIT.request(wish, "bob", marker));
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
                beSilent(tls);
                assertThat(client.send("ping").readText(4)).isEqualTo("ping");
                beSilent(tls);
                assertThat(client.send("pong").readText(4)).isEqualTo("pong");
            }
            assertThat(site.records().close(marker).end()).isEqualTo("complete");
        }
    }

    private static boolean answered(String head, ScriptedUpstream.Connection connection) throws IOException {
        boolean isShort = head.contains(" /short ");
        if (isShort) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
        return isShort;
    }
}
