package io.gatehouse.proxy;

import java.io.IOException;
import java.util.Arrays;
import org.apache.http.Header;
import org.apache.http.HttpRequest;
import org.apache.http.RequestLine;
import org.apache.http.io.HttpMessageWriter;
import org.apache.http.io.SessionOutputBuffer;

/**
 * Writes the head of a request (RFC 9112 3 and 5), each character as the byte that it came as. HttpCore's own writer sends
 * 0x80 to 0x9F as question marks, or puts every line through an encoder.
 */
final class RequestHeadWriter implements HttpMessageWriter<HttpRequest> {

    private static final int USUAL = 1024;
    private static final int LARGEST_KEPT = 16 * 1024;

    private final SessionOutputBuffer to;
    private byte[] head = new byte[USUAL];
    private int length;

    /** @param to what belongs to the same connection */
    RequestHeadWriter(SessionOutputBuffer to) {
        this.to = to;
    }

    @Override
    public void write(HttpRequest request) throws IOException {
        length = 0;
        RequestLine line = request.getRequestLine();
        text(line.getMethod());
        text(" ");
        text(line.getUri());
        text(" HTTP/1.1\r\n");
        for (Header field : request.getAllHeaders()) {
            text(field.getName());
            text(": ");
            text(field.getValue());
            text("\r\n");
        }
        text("\r\n");
        to.write(head, 0, length);
        if (head.length > LARGEST_KEPT) {
            head = new byte[USUAL];
        }
    }

    /** Whoever made the head has seen to it that no character of it is above 0xFF, or ends a line. */
    @SuppressWarnings("deprecation") // it takes the low byte of each character, which is what is wanted here
    private void text(String text) {
        int end = length + text.length();
        if (end > head.length) {
            head = Arrays.copyOf(head, Math.max(end, 2 * head.length));
        }
        text.getBytes(0, text.length(), head, length);
        length = end;
    }
}
