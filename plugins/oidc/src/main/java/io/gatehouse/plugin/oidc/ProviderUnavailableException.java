package io.gatehouse.plugin.oidc;

/** The provider does not answer, or not with what it should. */
class ProviderUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    ProviderUnavailableException(String reason) {
        super(reason, null, false, false);
    }

    /** It does answer, with more than is read. */
    static final class TooLarge extends ProviderUnavailableException {

        private static final long serialVersionUID = 1L;

        TooLarge(String reason) {
            super(reason);
        }
    }
}
