package io.gatehouse.proxy;

/** An upstream refused what Gatehouse itself shows it: it will refuse the next request as well. */
public final class OwnCredentialException extends UpstreamFailureException {

    private static final long serialVersionUID = 1L;

    OwnCredentialException(String target) {
        super(502, "target " + target + " refused Gatehouse's own credential", null);
    }
}
