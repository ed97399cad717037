package io.gatehouse.pipeline;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.proxy.OwnCredentialException;
import io.gatehouse.proxy.TruncatedResponseException;
import io.gatehouse.proxy.UpstreamFailureException;
import io.gatehouse.request.Guard;
import io.gatehouse.tunnel.UpgradeRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A granted request with all that was learned about it.
 *
 * @param prefix what stands in front of the target's own paths; or empty
 * @param limits what one person may have under way
 * @param upgrade the client's wish to switch protocols
 * @param began {@link System#nanoTime} before any of it was judged: what changed since then is judged again
 */
record Passage(
        HttpServletRequest request,
        HttpServletResponse response,
        Guard.Admitted admitted,
        String prefix,
        Route route,
        Question question,
        AuthenticationChain.Proven proven,
        PersonLimits limits,
        Optional<UpgradeRequest> upgrade,
        RequestRecord record,
        long began) {

    private static final Logger LOG = LoggerFactory.getLogger(Passage.class);

    /**
     * Answers with a failure of one line and closes the record.
     *
     * @param end what the record says of the end
     * @throws TruncatedResponseException when the head of another answer was sent before: the connection must be cut
     */
    void fail(int status, String message, String end, Throwable cause) throws IOException {
        LOG.warn("Request {}: {}{}", record.id(), message, cause == null ? "" : " (" + cause + ")");
        end(status, message, end, cause);
    }

    /**
     * Answers with what the upstream failed at and closes the record.
     *
     * @param own what is said of one that refuses Gatehouse itself
     * @throws TruncatedResponseException as above
     */
    void fail(UpstreamFailureException failure, String end, OwnCredentialLog own) throws IOException {
        if (failure instanceof OwnCredentialException) {
            own.refused(record.id(), failure.getMessage());
            end(failure.status(), failure.getMessage(), end, failure.getCause());
        } else {
            fail(failure.status(), failure.getMessage(), end, failure.getCause());
        }
    }

    private void end(int status, String message, String end, Throwable cause) throws IOException {
        boolean answered = false;
        try {
            answered = answer(status, message);
        } finally {
            record.close(answered ? status : record.answered(), end);
        }
        if (!answered) {
            throw new TruncatedResponseException(message, cause);
        }
    }

    private boolean answer(int status, String message) throws IOException {
        if (response.isCommitted()) {
            return false;
        }
        Answers.line(request, response, status, message, route.target().isKubernetes(), List.of());
        return true;
    }
}
