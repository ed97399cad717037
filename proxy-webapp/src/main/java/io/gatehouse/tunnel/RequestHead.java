package io.gatehouse.tunnel;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The HTTP/1.1 request head that goes to the upstream, byte for byte as it is given here.
 *
 * @param method a token, as {@code GET}
 * @param target the raw request target in origin form, never decoded and never normalised again
 * @param headers all header lines in order: already cleaned, with Host, Connection and Upgrade
 */
public record RequestHead(String method, String target, List<HeaderField> headers) {
    /** @throws IllegalArgumentException when the request line would not be one line of three parts */
    public RequestHead {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(target, "target");
        headers = List.copyOf(headers);
        if (!HeaderField.isToken(method)) {
            throw new IllegalArgumentException("The method is not a token");
        }
        if (!target.startsWith("/") || target.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c > 0xff)) {
            throw new IllegalArgumentException("The request target is not in origin form");
        }
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(512);
        text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        for (HeaderField header : headers) {
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Neither target nor headers: both may carry credentials. */
    @Override
    public String toString() {
        return "RequestHead[" + method + ", " + headers.size() + " headers]";
    }
}
