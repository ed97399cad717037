package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.Http2Frames;
import io.gatehouse.containers.JettyEarlyEnd;
import io.gatehouse.containers.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies that were announced to Gatehouse's own pages and do not come: they cost those who announced them, nobody else. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record SlowBodyIT(ContainerKind kind) {

    private static final String GATE = "gate.test";
    private static final String LOGIN = "/gatehouse/login/staff";
    private static final String FORM = "application/x-www-form-urlencoded";

    /** As many as one address may hold up. */
    private static final int SHARE = 64;

    private static final List<RawClient> CLIENTS = new ArrayList<>();

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(
                kind,
                made -> made.home()
                        .with("trusted-proxies: [127.0.0.1]\nportal: {url: \"https://gate.test\", logins: [staff]}"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @AfterEach
    void closeClients() throws IOException {
        for (RawClient client : CLIENTS) {
            client.close();
        }
        CLIENTS.clear();
    }

    private static RawClient begin(String address, String marker, String rest) throws IOException {
        RawClient client = site.container().client(true);
        CLIENTS.add(client);
        return client.send("POST " + LOGIN + " HTTP/1.1\r\nHost: " + GATE + "\r\nUser-Agent: " + marker
                + "\r\nX-Forwarded-For: " + address + "\r\nSec-Fetch-Site: same-origin\r\nContent-Type: " + FORM
                + "\r\n" + rest);
    }

    private static int statusOfWholeForm(String address) throws IOException {
        try (RawClient client =
                begin(address, Site.marker(), "Content-Length: 8\r\nConnection: close\r\n\r\nuser=bob")) {
            return Integer.parseInt(client.readToEnd().substring(9, 12));
        }
    }

    private static void isRecordedAsLate(String marker) throws IOException {
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.decision()).isEqualTo("invalid");
        assertThat(record.reason()).isEqualTo("the body took longer than 10 seconds");
        assertThat(record.text("completion", "status")).isEqualTo("408");
    }

    @Test
    void areGivenUpWhetherNothingComesOrDrops() throws Exception {
        Map<String, RawClient> slow = new LinkedHashMap<>();
        for (String rest : List.of(
                "Content-Length: 9\r\n\r\n",
                "Content-Length: 9\r\n\r\nuser",
                "Transfer-Encoding: chunked\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n4\r\nuser\r\n")) {
            String marker = Site.marker();
            slow.put(marker, begin("192.0.2.2", marker, rest));
        }
        for (Map.Entry<String, RawClient> late : slow.entrySet()) {
            assertThat(late.getValue().readToEnd()) // which fails when the connection stays open
                    .startsWith("HTTP/1.1 408 ")
                    .containsIgnoringCase("\r\nConnection: close\r\n")
                    .endsWith("\r\n\r\nthe body took longer than 10 seconds\n");
            isRecordedAsLate(late.getKey());
        }
    }

    @Test
    void areGivenUpOverHttp2() throws Exception {
        String marker = Site.marker();
        try (RawClient client = site.container().http2()) {
            Map<String, String> head = new LinkedHashMap<>();
            head.put(":method", "POST");
            head.put(":scheme", "https");
            head.put(":authority", GATE);
            head.put(":path", LOGIN);
            head.put("user-agent", marker);
            head.put("sec-fetch-site", "same-origin");
            head.put("content-type", FORM);
            client.send(Http2Frames.opening(1_000_000)).send(Http2Frames.request(1, head, false));
            client.send(Http2Frames.data(1, new byte[] {'u'}));
            Http2Frames.read(client, 0, 1);
        }
        isRecordedAsLate(marker);
    }

    @Test
    void areNotFinished() throws Exception {
        String marker = Site.marker();
        RawClient client = begin("192.0.2.3", marker, "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 100 "); // it has been seen
        client.send("user").endOutput();
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.decision()).isEqualTo("invalid");
        assertThat(record.reason()).isEqualTo("the body broke off");
    }

    /** They give their places back then. */
    @Test
    void areOnRecordWhenJettyEndsThemByItself() throws Exception {
        assumeThat(kind.isJetty()).isTrue();
        for (int i = 0; i <= SHARE; i++) {
            String marker = Site.marker();
            begin("192.0.2.7", marker, "Content-Length: 9\r\n" + JettyEarlyEnd.HEADER + ": 1\r\n\r\nuser");
            assertThat(site.records().close(marker).reason()).isEqualTo("the body broke off");
        }
        assertThat(statusOfWholeForm("192.0.2.7")).isEqualTo(400);
    }

    /** Many more than the container has threads. */
    @Test
    void leaveRoomForOthers() throws Exception {
        for (int i = 0; i < 300; i++) {
            begin("198.51.100." + i % 10, "slow", "Content-Length: 9\r\n\r\nuser");
        }
        assertThat(statusOfWholeForm("192.0.2.4")).isEqualTo(400);
        assertThat(statusOfWholeForm("198.51.100.1")).isEqualTo(400);
    }

    /** A network of IPv6 is what one machine has. */
    @Test
    void areNoMoreThanAShareOfOneNetwork() throws Exception {
        for (int i = 0; i < SHARE; i++) {
            begin("2001:db8:0:1::" + Integer.toHexString(i + 1), "slow", "Content-Length: 9\r\n\r\nuser");
        }
        int status = 400;
        for (int tries = 0; tries < 1_000 && status == 400; tries++) { // until the last of them has been seen
            status = statusOfWholeForm("2001:db8:0:1::ffff");
        }
        assertThat(status).isEqualTo(503);
        assertThat(statusOfWholeForm("2001:db8:0:2::ffff")).isEqualTo(400);
    }

    @Test
    void giveTheirPlacesBack() throws Exception {
        for (int i = 0; i <= SHARE; i++) {
            assertThat(statusOfWholeForm("192.0.2.6")).isEqualTo(400);
        }
    }

    @Test
    void areNotWaitedForWhenTheyAreTooLong() throws Exception {
        assertThat(begin("192.0.2.5", Site.marker(), "Content-Length: 40000\r\n\r\n")
                        .readToEnd())
                .startsWith("HTTP/1.1 413 ");
        RawClient chunked = begin("192.0.2.5", Site.marker(), "Transfer-Encoding: chunked\r\n\r\n8001\r\n");
        assertThat(chunked.send(new byte[0x8001]).readToEnd()).startsWith("HTTP/1.1 413 ");
    }
}
