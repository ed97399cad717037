package io.gatehouse.plugin.github;

/** It can not be told now: no answer, or none that can be relied on. The message is for the record and the log. */
final class UnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnavailableException(String reason) {
        super(reason);
    }
}
