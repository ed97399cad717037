package io.gatehouse.cli;

import java.io.IOException;

/** A portal, or what is taken for one, has begun something and does not end it. */
final class SlowPortalException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What does not come about. */
    enum Stage {
        TLS,
        ANSWER
    }

    private final transient Stage stage;

    SlowPortalException(Stage stage) {
        super("no end of " + stage);
        this.stage = stage;
    }

    Stage stage() {
        return stage;
    }
}
