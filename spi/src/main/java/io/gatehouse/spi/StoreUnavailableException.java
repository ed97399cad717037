package io.gatehouse.spi;

/** A {@link StateStore} does not answer at the moment: whoever needs what it keeps gets 503. */
public final class StoreUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param reason for the log and the record, such as {@code database db/gate can not be reached}; without a secret */
    public StoreUnavailableException(String reason) {
        super(reason, null, false, false);
    }
}
