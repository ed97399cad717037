package io.gatehouse.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceProxyTest {

    @ParameterizedTest
    @CsvSource({
        "/api/v1/namespaces/d/services/https:ui:443/proxy/,    /api/v1/namespaces/d/services/https:ui:443/proxy",
        "/api/v1/namespaces/d/services/ui/proxy,               /api/v1/namespaces/d/services/ui/proxy",
        "/api/v1/namespaces/d/pods/p:80/proxy/a/proxy/b,       /api/v1/namespaces/d/pods/p:80/proxy",
        "/api/v1/nodes/n/proxy/metrics,                        /api/v1/nodes/n/proxy",
        "/api/v1/namespaces/d/services/ui/proxyx/,             ''",
        "/api/v1/namespaces/d/services/ui,                     ''",
        "/api/v1/namespaces/d/configmaps/ui/proxy,             ''",
        "/api/v1/namespaces/d/services,                        ''",
        "/api/v1/namespaces/d,                                 ''",
        "/api/v1/namespaces,                                   ''",
        "/api/v1/nodes/n,                                      ''",
        "/api/v1/pods/p/proxy,                                 ''",
        "/apis/v1/namespaces/d/services/ui/proxy/,             ''",
        "/,                                                    ''"
    })
    void tellsWhereAnApplicationBegins(String path, String root) {
        assertThat(ServiceProxy.root(path)).isEqualTo(root);
    }
}
