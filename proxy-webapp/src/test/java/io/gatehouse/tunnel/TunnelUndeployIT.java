package io.gatehouse.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Open tunnels neither outlive nor delay the end of the application. */
class TunnelUndeployIT {
    @ParameterizedTest
    @EnumSource(ContainerKind.class)
    void endsAllTunnelsAndThreads(ContainerKind kind) throws Exception {
        TunnelApplication application = TunnelApplication.start(kind);
        try (ScriptedUpstream upstream = application.upstream(false, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    connection.echo();
                });
                RawClient clear = application.open(false, upstream, "clear");
                ScriptedUpstream tlsUpstream = application.upstream(true, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    connection.echo();
                });
                RawClient tls = application.open(true, tlsUpstream, "tls")) {
            application.close();
            assertThat(clear.readToEnd()).isEmpty();
            assertThat(tls.readToEnd()).isEmpty();
            upstream.next().awaitDone();
            tlsUpstream.next().awaitDone();
            assertThat(application.end("clear")).contains("CLOSED");
            assertThat(application.end("tls")).contains("CLOSED");
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("gatehouse-tunnel")) {
                thread.join(20_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }
}
