package io.gatehouse.proxy;

import io.gatehouse.target.Target;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.http.conn.ConnectTimeoutException;

/** Says in one line, and with a status, why an upstream gave no answer. */
final class UpstreamFailures {

    private UpstreamFailures() {}

    /** @param gaveUp whether the upstream did not read */
    static UpstreamFailureException of(Exception e, Target target, boolean gaveUp, Cancellation cancellation) {
        if (e instanceof UpstreamFailureException known) {
            return known;
        }
        if (!cancellation.reason().isEmpty()) {
            return new UpstreamFailureException(503, "Gatehouse has ended the request to target " + target, e);
        }
        if (gaveUp) {
            return new UpstreamFailureException(504, "target " + target + " did not read the request in time", e);
        }
        if (e instanceof SocketTimeoutException || e instanceof ConnectTimeoutException) {
            return new UpstreamFailureException(504, "target " + target + " did not answer in time", e);
        }
        if (e instanceof ConnectException || e instanceof UnknownHostException || e instanceof NoRouteToHostException) {
            return new UpstreamFailureException(502, "target " + target + " can not be reached", e);
        }
        if (e instanceof SSLException) {
            return new UpstreamFailureException(502, "the TLS connection to target " + target + " failed", e);
        }
        return new UpstreamFailureException(502, "target " + target + " did not give a valid answer", e);
    }
}
