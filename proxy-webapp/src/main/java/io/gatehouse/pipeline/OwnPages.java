package io.gatehouse.pipeline;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.request.Guard;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What Gatehouse serves itself, under {@code /gatehouse/}. */
public interface OwnPages {

    /** Nothing is served there. */
    OwnPages NONE = (request, response, admitted, record, rules) -> {
        throw new RefusedException(404, "not-found", "no target is served here", "no target is served here");
    };

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
