package io.gatehouse.config;

import io.gatehouse.target.Target;
import io.gatehouse.target.UpstreamProtocol;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

/** Reads a target's {@code protocol:}, which has to fit its {@code url:}. */
final class ProtocolReader {

    private static final String KEY = "protocol";

    private ProtocolReader() {}

    /** @param server the target's url; empty when it could not be read, which was said then */
    static UpstreamProtocol read(Section section, Optional<URI> server) {
        UpstreamProtocol protocol = section.value(KEY, ProtocolReader::protocol).orElse(UpstreamProtocol.HTTP_1_1);
        String scheme = server.map(URI::getScheme).orElse("");
        if (protocol.isHttp2() && scheme.equals(Target.ECHO_SCHEME)) {
            section.problem(KEY, "\"protocol\": nothing is sent to an " + Target.ECHO_SCHEME + ":/ target");
        } else if (protocol.isHttp2() && scheme.equals(Target.UNIX_SCHEME)) {
            section.problem(KEY, "\"protocol\": HTTP/1.1 is spoken over a unix socket");
        } else if (protocol == UpstreamProtocol.H2 && scheme.equals("http")) {
            section.problem(KEY, "\"protocol\": h2 is spoken over TLS; expected h2c for an http:// url");
        } else if (protocol == UpstreamProtocol.H2C && scheme.equals("https")) {
            section.problem(KEY, "\"protocol\": h2c is spoken in clear; expected h2 for an https:// url");
        }
        return protocol;
    }

    private static UpstreamProtocol protocol(String text) {
        return Arrays.stream(UpstreamProtocol.values())
                .filter(protocol -> protocol.word().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected http/1.1, h2 (over TLS) or h2c (in clear)"));
    }
}
