package io.gatehouse.proxy;

import io.gatehouse.audit.RequestRecord;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** An upstream's body on its way to the client: one buffer, whatever its length. */
final class ResponseBody {

    private static final int BUFFER = 16 * 1024;

    private ResponseBody() {}

    /**
     * Copies a body. The head goes out before the first wait, and whatever was read goes out before the next, so that a
     * watch event is never held back; what can be read on without waiting is sent in larger pieces.
     */
    static void stream(UpstreamCall call, long length, HttpServletResponse response, Exchange exchange)
            throws IOException {
        InputStream from = call.body();
        OutputStream to = response.getOutputStream();
        RequestRecord record = exchange.record();
        byte[] buffer = new byte[length < 0 ? BUFFER : (int) Math.min(BUFFER, Math.max(1, length))];
        long left = length < 0 ? Long.MAX_VALUE : length;
        while (left > 0) {
            if (!call.hasMore()) {
                flush(response);
            }
            int read = read(from, buffer, response, exchange);
            if (read < 0) {
                return;
            }
            write(to, buffer, read);
            record.addBytesOut(read);
            left -= read;
        }
    }

    private static int read(InputStream from, byte[] buffer, HttpServletResponse response, Exchange exchange)
            throws IOException {
        try {
            return from.read(buffer);
        } catch (IOException e) {
            String message = "target " + exchange.target() + " broke off its answer";
            if (response.isCommitted()) {
                throw new TruncatedResponseException(message, e);
            }
            throw new UpstreamFailureException(502, message, e);
        }
    }

    /** Tomcat takes an answer back when its connection breaks; to write on is an illegal state then. */
    private static void write(OutputStream to, byte[] buffer, int length) throws ClientGoneException {
        try {
            to.write(buffer, 0, length);
        } catch (IOException | RuntimeException e) {
            throw new ClientGoneException("the client left", e);
        }
    }

    private static void flush(HttpServletResponse response) throws ClientGoneException {
        try {
            response.flushBuffer();
        } catch (IOException | RuntimeException e) {
            throw new ClientGoneException("the client left", e);
        }
    }
}
