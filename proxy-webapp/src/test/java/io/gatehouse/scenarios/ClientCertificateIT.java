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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                .product("authorizers", "everybody: {plugin: acl, policy: everybody.csv}")
                .file("everybody.csv", "p, *, *, /**, *|UPGRADE, allow\n")
                .targetAs(
                        "both",
                        "{path: /both/, url: \"" + site.url() + "\", authenticators: [certificates, staff], "
                                + "authorizers: [everybody], identity: as-user}")
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

    private static String get(String path, String marker, String... lines) {
        String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        return "GET " + path + " HTTP/1.1\r\nHost: gate\r\nUser-Agent: " + marker + "\r\n" + more
                + "Connection: close\r\n\r\n";
    }

    /** The whole answer to somebody with a certificate. */
    private static String ask(String subject, String request) throws Exception {
        try (RawClient client = connect(site.certificates().entry(subject))) {
            return client.send(request).readToEnd();
        }
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

    /** The certificate comes with every request of the connection; {@code Authorization} was said for this one. */
    @Test
    void whatAuthorizationSaysGoesBeforeACertificate() throws Exception {
        site.play(Site::answerOk);
        String marker = Site.marker();
        String basic = "Authorization: " + GatehouseHome.basic("bob");
        assertThat(ask("CN=alice,O=developers", get("/both/x", marker, basic))).startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received())
                .contains("Impersonate-User: bob\r\n", "Impersonate-Group: staff\r\n")
                .doesNotContain("alice", "developers");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.text("subject", "user")).isEqualTo("bob");
        assertThat(record.text("subject", "groups")).isEqualTo("[staff]");
        assertThat(record.text("subject", "method")).isEqualTo("basic");
        assertThat(record.text("subject", "authenticator")).isEqualTo("staff");
    }

    /** Else a stolen certificate would be as good as what somebody is known by, and nobody would see which it was. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer unknown",
                "Authorization: Basic Ym9iOndyb25n",
                "Authorization: Basic Y2Fyb2w6eA==",
                "Authorization: Negotiate x",
                "Authorization: Bearer",
                "Authorization:",
                "Authorization: Bearer a, Bearer b"
            })
    void aCredentialThatDoesNotHoldIsNotMadeGoodByACertificate(String line) throws Exception {
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        assertThat(ask("CN=bob", get("/both/x", marker, line))).startsWith("HTTP/1.1 401 ");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.decision()).isEqualTo("unauthenticated");
        assertThat(record.text("subject", "user")).isEmpty();
        assertThat(site.upstream().connections()).hasSize(before);
    }

    @Test
    void twoCredentialsInOneRequestAreNone() throws Exception {
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        String basic = "Authorization: " + GatehouseHome.basic("bob");
        assertThat(ask("CN=bob", get("/both/x", marker, basic, basic))).startsWith("HTTP/1.1 400 ");
        assertThat(site.records().close(marker).decision()).isEqualTo("invalid");
        assertThat(site.upstream().connections()).hasSize(before);
    }

    /** Names that are the cluster's own, and such as no header can carry, whoever signed them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CN=bob,O=system:masters",
                "CN=bob,O=developers,O=system:masters",
                "CN=bob,O=system:authenticated",
                "CN=system:admin",
                "CN=system:anonymous",
                "CN=system:serviceaccount:kube-system:x",
                "CN=system:node:n,O=system:nodes",
                "CN=system:",
                "CN=b\u00f6b",
                "CN=bob\\0d\\0aImpersonate-Group: system:masters",
                "CN=bob,O=a\\00b",
                "CN=\\20bob",
                "O=developers"
            })
    void noCertificateMakesAnybodyAPartOfTheCluster(String subject) throws Exception {
        int before = site.upstream().connections().size();
        for (String path : new String[] {"/both/x", "/both/api/v1/secrets?watch=1"}) {
            String marker = Site.marker();
            assertThat(ask(subject, get(path, marker))).matches("(?s)HTTP/1\\.1 40[13] .*");
            assertThat(site.records().close(marker).decision()).isIn("deny", "unauthenticated");
        }
        assertThat(site.upstream().connections()).hasSize(before);
    }
}
