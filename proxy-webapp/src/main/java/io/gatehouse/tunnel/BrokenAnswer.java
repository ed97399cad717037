package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that will not become whole. Its client has to be able to tell.
 *
 * <p>Any container sees to that when a servlet throws. But Tomcat writes a stack trace for it, and Tomcat 11 first tries
 * to send what it has kept of the answer: when the client has reset the stream, it takes that failure for one of the
 * whole HTTP/2 connection, and ends everybody else's streams on it. So Tomcat is told that nothing more will come.
 */
public final class BrokenAnswer {

    private static final Logger LOG = LoggerFactory.getLogger(BrokenAnswer.class);

    private static final String NOTHING_MORE = "CLOSE_NOW";

    private BrokenAnswer() {}

    /** To be called last when the container has said that the client left: there is nobody to tell. */
    public static void abandon(HttpServletRequest request) {
        TomcatRequest.of(request).ifPresent(tomcat -> tomcat.act(NOTHING_MORE));
    }

    /**
     * To be called last by the servlet.
     *
     * @throws IOException for a container that has to see one
     */
    public static void end(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            flush(response);
        }
        if (TomcatRequest.of(request).filter(known -> known.act(NOTHING_MORE)).isEmpty()) {
            throw new IOException("the answer broke off");
        }
    }

    /** The part that there is reaches a client that still reads. */
    public static void flush(HttpServletResponse response) {
        try {
            response.flushBuffer();
        } catch (IOException | RuntimeException e) {
            LOG.debug("A client left before the end of its answer: {}", e.toString());
        }
    }
}
