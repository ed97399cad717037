package io.gatehouse.plugin.oidc;

/** The provider does not answer, or not with what it should. */
final class ProviderUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    ProviderUnavailableException(String reason) {
        super(reason, null, false, false);
    }
}
