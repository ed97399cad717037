package io.gatehouse.target;

/** What is spoken to a target. */
public enum UpstreamProtocol {
    /** Over TCP or TLS; upgrades and the reviews of a Kubernetes target always go this way. */
    HTTP_1_1("http/1.1"),
    /** HTTP/2 over TLS, agreed on by ALPN. */
    H2("h2"),
    /** HTTP/2 in clear, from the first byte on. */
    H2C("h2c");

    private final String word;

    UpstreamProtocol(String word) {
        this.word = word;
    }

    /** As it is written in the configuration. */
    public String word() {
        return word;
    }

    public boolean isHttp2() {
        return this != HTTP_1_1;
    }
}
