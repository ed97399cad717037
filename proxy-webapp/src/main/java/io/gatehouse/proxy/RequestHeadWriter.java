package io.gatehouse.proxy;

import java.io.IOException;
import java.util.Arrays;
import org.apache.http.Header;
import org.apache.http.HttpRequest;
import org.apache.http.ProtocolException;
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

    /** @throws ProtocolException when a character is no byte, or would end a line; nothing was written then */
    @Override
    public void write(HttpRequest request) throws IOException, ProtocolException {
        length = 0;
        RequestLine line = request.getRequestLine();
        text(line.getMethod());
        text(" ");
        text(line.getUri());
        text(" HTTP/1.1");
        endLine();
        for (Header field : request.getAllHeaders()) {
            text(field.getName());
            text(": ");
            text(field.getValue());
            endLine();
        }
        endLine();
        to.write(head, 0, length);
        if (head.length > LARGEST_KEPT) {
            head = new byte[USUAL];
        }
    }

    /** Whoever made the head has seen to it already; but a character that is cut to a line end would be another request. */
    private void text(String text) throws ProtocolException {
        int end = length + text.length();
        if (end > head.length) {
            head = Arrays.copyOf(head, Math.max(end, 2 * head.length));
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0xFF || c == '\r' || c == '\n' || c == 0) {
                throw new ProtocolException("the head has a character that is no byte, or ends a line");
            }
            head[length + i] = (byte) c;
        }
        length = end;
    }

    private void endLine() {
        if (length + 2 > head.length) {
            head = Arrays.copyOf(head, 2 * head.length);
        }
        head[length++] = '\r';
        head[length++] = '\n';
    }
}
