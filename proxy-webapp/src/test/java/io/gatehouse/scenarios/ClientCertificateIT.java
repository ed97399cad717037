package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.io.IOException;
import java.security.KeyStore;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** People who come with a certificate of their own over TLS. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record ClientCertificateIT(ContainerKind kind) {

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
        site.home()
                .certificate("clients.crt", site.certificates().authority())
                .revocationList("revoked.crl", site.certificates().revoking())
                .product("authenticators", "certificates: {plugin: mtls, client-ca: clients.crt, crl: revoked.crl}")
                .targetAs(
                        "certs",
                        "{path: /certs/, url: \"" + site.url() + "\", authenticators: [certificates], "
                                + "authorizers: [policy], identity: as-user}")
                .write();
        site.awaitReload();
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static String head(String marker) {
        return "GET /certs/x HTTP/1.1\r\nHost: gate\r\nUser-Agent: " + marker + "\r\n\r\n";
    }

    private static RawClient connect(KeyStore.PrivateKeyEntry person) throws IOException {
        return RawClient.tls(site.container().tlsPort(), site.certificates().clientContext(person));
    }

    @Test
    void theCommonNameIsTheUser() throws Exception {
        site.play(Site::answerOk);
        String marker = Site.marker();
        try (RawClient client = connect(site.certificates().entry("CN=bob"))) {
            assertThat(client.send(head(marker)).readHead()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(site.lastConnection().received()).contains("Impersonate-User: bob\r\n");
        assertThat(site.records().close(marker).text("subject", "user")).isEqualTo("bob");
    }

    /** A list that names somebody ends their streams, also the one that is open, and nobody else's. */
    @Test
    void aCertificateThatIsRevokedByAReloadEndsItsStreams() throws Exception {
        Semaphore events = new Semaphore(0);
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            events.acquire();
            connection.send("5\r\nevent\r\n0\r\n\r\n");
        });
        KeyStore.PrivateKeyEntry lost = site.certificates().entry("CN=bob");
        String stolen = Site.marker();
        String kept = Site.marker();
        try (RawClient thief = connect(lost);
                RawClient bob = connect(site.certificates().entry("CN=bob"))) {
            assertThat(thief.send(head(stolen)).readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(thief.readChunk()).asString().isEqualTo("first");
            assertThat(bob.send(head(kept)).readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(bob.readChunk()).asString().isEqualTo("first");
            site.home().revocationList("revoked.crl", site.certificates().revoking(lost.getCertificate()));
            String reason = "the certificate was revoked on ";
            assertThat(site.records().close(stolen).end()).contains("the identity is gone: certificates: " + reason);
            events.release(2);
            assertThat(bob.readChunk()).asString().isEqualTo("event");
            assertThat(bob.readChunk()).isEmpty();
            assertThat(site.records().close(kept).end()).isEqualTo("complete");

            String again = Site.marker();
            try (RawClient client = connect(lost)) {
                assertThat(client.send(head(again)).readHead()).startsWith("HTTP/1.1 401 ");
            }
            assertThat(site.records().close(again).reason()).contains(reason).contains("(key compromise)");
        }
    }
}
