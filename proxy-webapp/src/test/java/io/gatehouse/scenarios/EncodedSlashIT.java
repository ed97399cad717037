package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import java.util.List;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets that take an encoded slash: it is judged, recorded and forwarded as the same bytes, and opens nothing. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record EncodedSlashIT(ContainerKind kind) {

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, EncodedSlashIT::prepare);
    }

    private static void prepare(Site home) throws Exception {
        home.home()
                .target("slash", home.url(), "encoded-slash: true")
                .target("cluster", home.url(), "encoded-slash: true, kubernetes: true")
                .policy(
                        "p, user:bob, *, /**, *|UPGRADE, allow",
                        "p, user:bob, slash, /vault/secret/**, *, deny",
                        "p, user:bob, slash, /kept/a%2Fb, *, deny",
                        "p, user:alice, *, /public/**, *, allow",
                        "p, user:alice, slash, /one/*, *, allow",
                        "p, user:alice, slash, /projects/group%2Fname/**, GET, allow",
                        "p, user:alice, slash, /projects/group/name/**, GET, allow",
                        "p, user:alice, slash, /half/group%2Fname, GET, allow",
                        "p, user:alice, cluster, k8s:/pods ns=d, get, allow");
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bob /slash/a%2Fb",
                "bob /slash/a%2fb%2Fc/d?x=%2f",
                "bob /slash/api/queues/%2F/amq.topic",
                "bob /slash/a%2F",
                "bob /slash/vault%2Fsecrets/x",
                "alice /slash/public/a%2Fb",
                "alice /slash/one/a",
                "alice /slash/projects/group%2Fname/x",
                "alice /slash/projects/group%2fname/x",
                "alice /slash/projects/group/name/x",
                "alice /cluster/api/v1/namespaces/d%2Fpods/x"
            })
    void forwardsTheSameBytes(String row) throws Exception {
        String user = row.substring(0, row.indexOf(' '));
        String target = row.substring(row.indexOf(' ') + 1);
        String marker = Site.marker();
        String answer = site.exchange(false, Site.head("GET", target, user, marker, "Connection: close") + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received())
                .startsWith("GET " + target.substring(target.indexOf('/', 1)) + " HTTP/1.1\r\n");
        assertThat(site.records().close(marker).toString()).contains(target.replaceAll("\\?.*", ""));
    }

    /** Neither reading may be refused: an upstream may have either. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Denied as what an upstream that decodes would serve.
                "bob /slash/vault%2Fsecret",
                "bob /slash/vault%2Fsecret/x",
                "bob /slash/vault/secret%2Fx",
                "bob /slash/vault/%2Fsecret/x",
                "bob /slash/%2Fvault/secret/x",
                "bob /slash/vault%2F%2Fsecret/x",
                "bob /slash/%76ault%2Fsecret",
                // Denied as it stands.
                "bob /slash/kept/a%2Fb",
                "bob /slash/kept/a%2fb",
                // Allowed in one reading alone.
                "alice /slash/one/a%2Fb",
                "alice /slash/public%2Fa",
                "alice /slash/half/group%2Fname",
                "alice /cluster/api/v1/namespaces/d%2Fsecrets/x",
                "alice /cluster/api/v1/namespaces/d/pods/x%2Fexec",
                "alice /cluster/api%2Fv1/secrets",
                // No reading at all.
                "bob /slash/a/..%2fb",
                "bob /slash/a%2f..%2fb",
                "bob /slash/a%2F..",
                "bob /slash/.%2Fa",
                "bob /slash/a/%2e%2e%2fb",
                "bob /slash/a%2F%2e%2e",
                "bob /slash/a%252fb",
                "bob /slash/a%2F%5cb",
                "bob /slash/a%5cb",
                "bob /slash/a%2F;x",
                "bob /slash/a//b%2Fc",
                "bob /cluster/api/v1/namespaces/d%2F/pods/x",
                "bob /cluster/api/v1/%2Fpods",
                // Another target, or none.
                "bob /up/a%2Fb",
                "bob /kube/api/v1/namespaces/d%2Fpods",
                "bob /slash%2Fa",
                "bob /slash%2Fa/b",
                "bob /slash%2F..%2Fup/b",
                "bob /gatehouse%2Fa",
                "bob /nowhere/a%2Fb"
            })
    void opensNothing(String row) throws Exception {
        int before = site.upstream().connections().size();
        String user = row.substring(0, row.indexOf(' '));
        String target = row.substring(row.indexOf(' ') + 1);
        String marker = Site.marker();
        String answer = site.exchange(false, Site.head("GET", target, user, marker, "Connection: close") + "\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.1 40[03] .*");
        site.settleRecords();
        assertThat(site.upstream().connections()).hasSize(before);
        List<AuditRecords.Line> records = site.records().of(marker);
        assertThat(records.stream().map(AuditRecords.Line::decision)).allMatch(List.of("invalid", "deny")::contains);
    }
}
