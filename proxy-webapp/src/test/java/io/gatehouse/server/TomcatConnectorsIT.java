package io.gatehouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.TestContainer;
import io.gatehouse.containers.TestWar;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import javax.management.Attribute;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of the connectors of a real Tomcat: the sample's, and those that were changed since. */
class TomcatConnectorsIT {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final TomcatConnectors connectors = new TomcatConnectors(server);

    private Set<ObjectName> named(String type) throws Exception {
        return server.queryNames(new ObjectName("*:type=" + type + ",*"), null);
    }

    @ParameterizedTest
    @EnumSource(
            value = ContainerKind.class,
            names = {"TOMCAT_10_1", "TOMCAT_11"})
    void namesWhatTheyLack(ContainerKind kind) throws Exception {
        try (TestContainer container = TestContainer.start(kind, TestWar.product(), Map.of())) {
            assertThat(named("Connector")).hasSize(2);
            assertThat(connectors.advice()).as("the sample").isEmpty();
            for (ObjectName connector : named("Connector")) {
                server.setAttribute(connector, new Attribute("maxHeaderCount", 100));
                server.setAttribute(connector, new Attribute("useAsyncIO", false));
            }
            assertThat(connectors.advice().orElseThrow())
                    .matches("Tomcat's connectors are not set as Gatehouse needs it"
                            + " \\(conf/tomcat/server-connector.xml says why\\)\\."
                            + " Add to the one of port [a-z0-9-]+: maxHeaderCount=\"-1\" useAsyncIO=\"true\"\\."
                            + " Add to the one of port [a-z0-9-]+: maxHeaderCount=\"-1\" useAsyncIO=\"true\"");
            for (ObjectName handler : named("ProtocolHandler")) {
                for (Object protocol : (Object[]) server.invoke(handler, "findUpgradeProtocols", null, null)) {
                    protocol.getClass()
                            .getMethod("setOverheadResetFactor", int.class)
                            .invoke(protocol, 50);
                }
            }
            assertThat(connectors.advice().orElseThrow())
                    .contains("useAsyncIO=\"true\" and to its UpgradeProtocol overheadResetFactor=\"20\"");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ContainerKind.class,
            names = {"JETTY_12_1"})
    void saysNothingWhereThereIsNone(ContainerKind kind) throws Exception {
        try (TestContainer container = TestContainer.start(kind, TestWar.product(), Map.of())) {
            assertThat(connectors.advice()).isEmpty();
        }
    }
}
