package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One person can not take up the container with requests that hang, though each target is offered only a few. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record PersonLimitsIT(ContainerKind kind) {

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, made -> made.home().with("per-user: {requests: 2, streams: 1}"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @Test
    void countsOverAllTargets() throws Exception {
        CountDownLatch asked = new CountDownLatch(3);
        CountDownLatch over = new CountDownLatch(1);
        site.play(connection -> {
            if (connection.readHead().contains("hang")) {
                asked.countDown();
                over.await(20, TimeUnit.SECONDS);
            }
            connection.send(Site.OK);
        });
        try (RawClient web = site.container().client(false);
                RawClient api = site.container().client(false);
                RawClient watch = site.container().client(false)) {
            web.send(Site.head("GET", "/up/hang", "bob", Site.marker()) + "\r\n");
            api.send(Site.head("GET", "/kube/api/v1/pods?hang", "bob", Site.marker()) + "\r\n");
            watch.send(Site.head("GET", "/kube/api/v1/pods?watch=1&hang", "bob", Site.marker()) + "\r\n");
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(site.get("/secure/api/v1/pods", "bob")).startsWith("HTTP/1.1 429 ");
            assertThat(site.get("/secure/api/v1/pods?watch=1", "bob")).startsWith("HTTP/1.1 429 ");
            assertThat(site.get("/up/public/", "alice")).startsWith("HTTP/1.1 200 ");
            over.countDown();
            assertThat(web.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(api.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(watch.readHead()).startsWith("HTTP/1.1 200 ");
        }
        site.awaitStatus("/secure/api/v1/pods", "bob", 200);
    }
}
