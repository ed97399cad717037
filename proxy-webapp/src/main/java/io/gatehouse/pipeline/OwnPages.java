package io.gatehouse.pipeline;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.request.Guard;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;

/** What Gatehouse serves itself, under {@code /gatehouse/}. */
public interface OwnPages {

    /** Nothing is served there. */
    OwnPages NONE = (request, response, admitted, record, rules) -> {
        throw new RefusedException(404, "not-found", "no target is served here", "no target is served here");
    };

    /** The rest of a request's way. */
    interface Road {
        void go() throws IOException;
    }

    /**
     * Waits for the body of a request, where there is one that a page may read.
     *
     * @param goOn judges the request once the body is there, or late
     * @return whether {@code goOn} is called later; otherwise the request goes on at once
     */
    default boolean awaitsBody(HttpServletRequest request, InetAddress client, Road goOn) throws IOException {
        return false;
    }

    /**
     * Answers a request; whoever it is, and whether they may, is said to the record here.
     *
     * @param rules what is served besides
     * @throws RefusedException when nothing is there, or it is refused
     */
    void serve(
            HttpServletRequest request,
            HttpServletResponse response,
            Guard.Admitted admitted,
            RequestRecord record,
            Rules rules)
            throws IOException;
}
