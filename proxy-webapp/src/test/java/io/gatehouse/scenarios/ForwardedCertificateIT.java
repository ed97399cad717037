package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.TestCertificates;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A TLS terminator tells the client's certificate in a header, and others try to. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record ForwardedCertificateIT(ContainerKind kind) {

    private static final String HEADER = "client-certificate-header: {name: Tls-Client}\n";
    private static final String LISTED = HEADER + "tls-terminators: [127.0.0.1]\n";
    private static final String OTHERS_LISTED = HEADER + "tls-terminators: [192.0.2.1]\n";

    private static Site site;
    private static Certificate bob;
    private static Certificate lost;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
        bob = site.certificates().entry("CN=bob").getCertificate();
        lost = site.certificates().entry("CN=bob").getCertificate();
        site.home()
                .with(LISTED)
                .certificate("clients.crt", site.certificates().authority())
                .revocationList("revoked.crl", site.certificates().revoking(lost))
                .product("authenticators", "certificates: {plugin: mtls, client-ca: clients.crt, crl: revoked.crl}")
                .targetAs(
                        "certs",
                        "{path: /certs/, url: \"" + site.url() + "\", authenticators: [certificates, staff], "
                                + "authorizers: [policy], identity: as-user}")
                .write();
        site.awaitReload();
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static String field(Certificate certificate) throws CertificateEncodingException {
        return "Tls-Client: :" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
    }

    private static String get(String marker, String... fields) throws IOException {
        return site.exchange(
                false,
                "GET /certs/api HTTP/1.1\r\nHost: gate\r\nUser-Agent: " + marker + "\r\nConnection: close\r\n"
                        + String.join("\r\n", fields) + "\r\n\r\n");
    }

    private static void assertRefused(String reason, String... fields) throws Exception {
        site.play(Site::answerOk);
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        assertThat(get(marker, fields)).startsWith("HTTP/1.1 401 ");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.reason()).contains(reason);
        assertThat(record.text("subject", "user")).isEmpty();
        assertThat(site.upstream().connections()).hasSize(before);
    }

    @Test
    void aCertificateFromAListedTerminatorIsTheClients() throws Exception {
        site.play(Site::answerOk);
        String marker = Site.marker();
        assertThat(get(marker, field(bob), "Tls-Client-Chain: " + field(bob).substring(12)))
                .startsWith("HTTP/1.1 200 ");
        assertThat(site.records().close(marker).text("subject", "user")).isEqualTo("bob");
        assertThat(site.lastConnection().received())
                .contains("Impersonate-User: bob\r\n")
                .doesNotContainIgnoringCase("tls-client");
    }

    @Test
    void itIsJudgedLikeAnyOther() throws Exception {
        assertRefused("the certificate was revoked on", field(lost));
        Certificate foreign = TestCertificates.create().entry("CN=bob").getCertificate();
        assertRefused("no authenticator", field(foreign));
        Certificate authority = site.certificates().authority();
        assertRefused("not meant for client authentication", field(authority));
    }

    @Test
    void twoOfThemAreNone() throws Exception {
        assertRefused("the header Tls-Client stands there more than once", field(bob), field(bob));
        assertRefused(
                "the header Tls-Client stands there more than once",
                field(lost),
                field(bob).toLowerCase());
        assertRefused(
                "the header Tls-Client has more than one certificate",
                field(bob) + ", " + field(bob).substring(12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CN=bob", ":CN=bob:", "SUCCESS", "bob", "::", "%2D%2D"})
    void aNameAloneIsNone(String value) throws Exception {
        assertRefused("the header Tls-Client can not be read: expected ", "Tls-Client: " + value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Tls_Client", "Client-Cert", "X-Client-Cert", "X-SSL-Client-Cert", "X-Forwarded-Client-Cert"})
    void otherSpellingsAndNamesAreNothing(String name) throws Exception {
        assertRefused("", name + field(bob).substring("Tls-Client".length()));
        site.play(Site::answerOk);
        String basic = "Authorization: " + GatehouseHome.basic("bob");
        assertThat(get(Site.marker(), basic, name + ": x")).startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received()).doesNotContainIgnoringCase(name);
    }

    @Test
    void anotherCredentialGoesFirst() throws Exception {
        site.play(Site::answerOk);
        String marker = Site.marker();
        assertThat(get(marker, field(lost), "Authorization: " + GatehouseHome.basic("bob")))
                .startsWith("HTTP/1.1 200 ");
        assertThat(site.records().close(marker).text("subject", "authenticator"))
                .isEqualTo("staff");
        assertThat(site.lastConnection().received()).doesNotContainIgnoringCase("tls-client");
    }

    @Test
    void theTerminatorsOwnCertificateIsNobodys() throws Exception {
        String marker = Site.marker();
        try (RawClient terminator = RawClient.tls(
                site.container().tlsPort(),
                site.certificates().clientContext(site.certificates().entry("CN=bob")))) {
            terminator.send("GET /certs/api HTTP/1.1\r\nHost: gate\r\nUser-Agent: " + marker + "\r\n\r\n");
            assertThat(terminator.readHead()).startsWith("HTTP/1.1 401 ");
        }
        assertThat(site.records().close(marker).text("subject", "user")).isEmpty();
    }

    @Test
    void nobodyElseCanTellACertificate() throws Exception {
        site.home().with(OTHERS_LISTED).write();
        site.awaitReload();
        try {
            assertRefused("", field(bob));
            assertRefused("", field(bob), "X-Forwarded-For: 192.0.2.1");
            site.play(Site::answerOk);
            assertThat(get(Site.marker(), field(bob), "Authorization: " + GatehouseHome.basic("bob")))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(site.lastConnection().received()).doesNotContainIgnoringCase("tls-client");
        } finally {
            site.home().with(LISTED).write();
            site.awaitReload();
        }
    }
}
