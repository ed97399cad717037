package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedHeadersTest {

    private static final ManagedHeaders MANAGED = ManagedHeaders.with(List.of("X-WEBAUTH-Role", "X.Tenant_"));

    /** Attacks A3, A4, A9, A17, A19, A21. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "Proxy_Authorization",
                "Impersonate-User",
                "IMPERSONATE_EXTRA_X",
                "X-Remote-User",
                "X_Remote_User",
                "X-Remote_User",
                "X.Remote.User",
                "X Remote User",
                "x-remote-extra-a",
                "Remote-User",
                "REMOTE_USER",
                "X-Forwarded-For",
                "x-forwarded_user",
                "X-Forwarded-Uri",
                "Forwarded",
                "X-Real-IP",
                "X-Original-URL",
                "X-Rewrite-Url",
                "X-HTTP-Method-Override",
                "X-SSL-Client-Cert",
                "SSL_CLIENT_S_DN",
                "X-Client-Verify",
                "Client-Cert",
                "X-Auth-Request-User",
                "Audit-ID",
                "X-Gatehouse-Anything",
                "x-webauth-role",
                "X_WEBAUTH_ROLE",
                "x-tenant-id"
            })
    void holdsEverySpelling(String name) {
        assertThat(MANAGED.contains(ManagedHeaders.fold(name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Accept", "Content-Type", "X-Remotely", "X-Tenant", "X-Stream-Protocol-Version", "If-Match"})
    void leavesOthersAlone(String name) {
        assertThat(MANAGED.contains(ManagedHeaders.fold(name))).isFalse();
    }
}
