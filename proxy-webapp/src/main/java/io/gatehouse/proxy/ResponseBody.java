package io.gatehouse.proxy;

import io.gatehouse.audit.RequestRecord;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipException;

/** An upstream's body on its way to the client: one buffer, whatever its length. */
final class ResponseBody {

    private static final int BUFFER = 16 * 1024;

    private ResponseBody() {}

    /**
     * Copies a body. The head goes out before the first wait, and whatever was read goes out before the next, so that a
     * watch event is never held back; what can be read on without waiting is sent in larger pieces.
     *
     * @param hasMore whether the next read would not wait
     * @param length where the end is; negative when only the read says so
     * @param page what the body goes through, if it does not go as it is
     */
    static void stream(
            InputStream from,
            BooleanSupplier hasMore,
            long length,
            HttpServletResponse response,
            Exchange exchange,
            Optional<PageRewriting> page)
            throws IOException {
        BodySink client = new Client(response, response.getOutputStream(), exchange.record());
        BodySink to = page.isPresent() ? page.get().into(client) : client;
        byte[] buffer = new byte[length < 0 ? BUFFER : (int) Math.min(BUFFER, Math.max(1, length))];
        long left = length < 0 ? Long.MAX_VALUE : length;
        try {
            while (left > 0) {
                if (!hasMore.getAsBoolean()) {
                    to.flush();
                }
                int read = read(from, buffer, response, exchange);
                if (read < 0) {
                    break;
                }
                to.write(buffer, 0, read);
                left -= read;
            }
            to.end();
        } catch (ZipException e) {
            throw broken("target " + exchange.target() + " sent a page that can not be decoded", response, e);
        } finally {
            to.close();
        }
    }

    private static int read(InputStream from, byte[] buffer, HttpServletResponse response, Exchange exchange)
            throws IOException {
        try {
            return from.read(buffer);
        } catch (ClientGoneException e) {
            throw e; // HTTP/2 sends the request's body meanwhile
        } catch (IOException e) {
            throw broken("target " + exchange.target() + " broke off its answer", response, e);
        }
    }

    private static IOException broken(String message, HttpServletResponse response, IOException cause) {
        return response.isCommitted()
                ? new TruncatedResponseException(message, cause)
                : new UpstreamFailureException(502, message, cause);
    }

    /**
     * The client's end. Tomcat takes an answer back when its connection breaks; to write on is an illegal state then.
     */
    private record Client(HttpServletResponse response, OutputStream to, RequestRecord record) implements BodySink {

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                to.write(bytes, from, length);
            } catch (IOException | RuntimeException e) {
                throw new ClientGoneException("the client left", e);
            }
            record.addBytesOut(length);
        }

        @Override
        public void flush() throws IOException {
            try {
                response.flushBuffer();
            } catch (IOException | RuntimeException e) {
                throw new ClientGoneException("the client left", e);
            }
        }

        @Override
        public void end() {}
    }
}
