package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code kubectl --as}, where a target lets it be judged: the policy says who may be taken for whom. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record ImpersonationIT(ContainerKind kind) {

    private static final String PODS = "/as/api/v1/namespaces/d/pods";

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, prepared -> {
            GatehouseHome home = prepared.home();
            home.target("as", prepared.url(), "kubernetes: true, impersonation: true");
            home.target("web", prepared.url(), "impersonation: true");
            home.policy(
                    "p, user:bob, *, /**, *|UPGRADE, allow",
                    "p, user:bob, *, k8s:/users name=carol, impersonate, allow",
                    "p, user:bob, *, k8s:/groups name=dev, impersonate, allow",
                    "p, user:bob, *, k8s:/serviceaccounts ns=team, impersonate, allow",
                    "p, user:carol, *, k8s:/pods ns=d, get|list, allow",
                    "p, group:system:serviceaccounts:team, *, k8s:/pods ns=d, list, allow",
                    "p, user:alice, *, /public/**, *, allow");
        });
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static String ask(String method, String target, String marker, String... headers) throws Exception {
        String[] more = new String[headers.length + 1];
        System.arraycopy(headers, 0, more, 0, headers.length);
        more[headers.length] = "Connection: close";
        return site.exchange(false, Site.head(method, target, "bob", marker, more) + "\r\n");
    }

    @Test
    void judgesAndSendsOnAsWhomItWantsToBeTaken() throws Exception {
        String marker = Site.marker();
        assertThat(ask("GET", PODS, marker, "Impersonate-User: carol", "Impersonate-Group: dev"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received())
                .contains("Impersonate-User: carol\r\n")
                .contains("Impersonate-Group: dev\r\n")
                .contains("Impersonate-Extra-original-user.gatehouse.io: bob\r\n")
                .doesNotContain("Impersonate-User: bob")
                .doesNotContain("Impersonate-Group: staff");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.text("subject", "user")).isEqualTo("bob");
        assertThat(record.text("subject", "impersonated")).isEqualTo("carol");
    }

    @Test
    void refusesWhatTheOtherMayNot() throws Exception {
        assertThat(ask("DELETE", PODS + "/p", Site.marker(), "Impersonate-User: carol"))
                .startsWith("HTTP/1.1 403 ")
                .contains("User \\\"carol\\\" cannot delete resource \\\"pods\\\"");
    }

    @Test
    void refusesToBeTakenForSomebodyWhoIsNotNamed() throws Exception {
        String marker = Site.marker();
        assertThat(ask("GET", PODS, marker, "Impersonate-User: alice"))
                .startsWith("HTTP/1.1 403 ")
                .contains("users \\\"alice\\\" is forbidden: User \\\"bob\\\" cannot impersonate resource"
                        + " \\\"users\\\" in API group \\\"\\\" at the cluster scope");
        assertThat(site.records().close(marker).text("subject", "impersonated")).isEqualTo("alice");
        assertThat(ask("GET", PODS, Site.marker(), "Impersonate-User: carol", "Impersonate-Group: system:masters"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void knowsServiceAccountsWithTheirGroups() throws Exception {
        assertThat(ask("GET", PODS, Site.marker(), "Impersonate-User: system:serviceaccount:team:robot"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received())
                .contains("Impersonate-User: system:serviceaccount:team:robot\r\n")
                .doesNotContain("Impersonate-Group:");
        assertThat(ask("GET", PODS, Site.marker(), "Impersonate-User: system:serviceaccount:other:robot"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void refusesWhatHasNoReading() throws Exception {
        assertThat(ask("GET", PODS, Site.marker(), "Impersonate-Group: dev")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET", PODS, Site.marker(), "Impersonate-User: carol", "Impersonate-Foo: x"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void refusesItWhereItIsNotAccepted() throws Exception {
        assertThat(ask("GET", "/kube/api/v1/namespaces/d/pods", Site.marker(), "Impersonate-User: carol"))
                .startsWith("HTTP/1.1 403 ")
                .contains("impersonation is not accepted here");
        assertThat(ask("GET", "/web/x", Site.marker(), "Impersonate-User: carol"))
                .startsWith("HTTP/1.1 403 ");
    }
}
