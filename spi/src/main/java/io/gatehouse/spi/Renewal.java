package io.gatehouse.spi;

import java.util.Optional;

/** What a {@link LoginAuthenticator} says about somebody who has logged in before. */
public sealed interface Renewal {

    /**
     * They still may.
     *
     * @param identity as it was read just now, groups too: what they have elsewhere follows it; another user or uid than
     *     before ends the session
     * @param grant to keep in place of the last one
     */
    record Renewed(Identity identity, Optional<Secret> grant) implements Renewal {}

    /**
     * The session goes on, but nothing was read of them: they are taken for who they were.
     *
     * @param grant to keep in place of the last one
     */
    record Unchanged(Optional<Secret> grant) implements Renewal {}

    /**
     * They may not any more: the session ends.
     *
     * @param reason for the record and the log
     */
    record Ended(String reason) implements Renewal {}

    /**
     * It can not be told now: the session goes on for as long as the administrator bears that.
     *
     * @param reason for the record and the log
     * @param grant to keep in place of the last one; nothing when that is still good
     */
    record Unavailable(String reason, Optional<Secret> grant) implements Renewal {}

    /** The session goes on. @param grant for the next renewal; empty when that needs none */
    static Renewal renewed(Identity identity, Optional<Secret> grant) {
        return new Renewed(identity, grant);
    }

    /** The session goes on with what was known. @param grant for the next renewal; empty when that needs none */
    static Renewal unchanged(Optional<Secret> grant) {
        return new Unchanged(grant);
    }

    /** The session ends. @param reason for the record and the log */
    static Renewal ended(String reason) {
        return new Ended(reason);
    }

    /** The session goes on for a while, unrenewed. @param reason for the record and the log */
    static Renewal unavailable(String reason) {
        return new Unavailable(reason, Optional.empty());
    }

    /** With a new grant, where the last one is spent although nothing could be told. */
    static Renewal unavailable(String reason, Secret grant) {
        return new Unavailable(reason, Optional.of(grant));
    }
}
