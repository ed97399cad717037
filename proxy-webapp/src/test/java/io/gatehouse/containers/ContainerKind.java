package io.gatehouse.containers;

/** The containers that every scenario runs on. */
public enum ContainerKind {
    TOMCAT_10_1("tomcat10", "io.gatehouse.containers.TomcatDriver"),
    TOMCAT_11("tomcat11", "io.gatehouse.containers.TomcatDriver"),
    JETTY_12_1("jetty12", "io.gatehouse.containers.JettyDriver");

    final String folder;
    final String driver;

    ContainerKind(String folder, String driver) {
        this.folder = folder;
        this.driver = driver;
    }

    public boolean isJetty() {
        return this == JETTY_12_1;
    }
}
