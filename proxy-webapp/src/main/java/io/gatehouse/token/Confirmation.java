package io.gatehouse.token;

import java.time.Instant;

/**
 * What is known of a token's owner.
 *
 * @param confirmed when they were last seen to be who they are
 * @param asked when somebody began to ask about them without them
 * @param due when they are asked about again, where they can be
 * @param version in the store; 0 for what is not there
 */
record Confirmation(Instant confirmed, Instant asked, Instant due, long version) {

    static final Confirmation NEVER = new Confirmation(Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, 0);

    /** Of somebody of whom the store knows nothing but their token, which an earlier release has made. */
    static Confirmation since(Instant created) {
        return new Confirmation(created, Instant.EPOCH, Instant.EPOCH, 0);
    }

    Confirmation withVersion(long other) {
        return new Confirmation(confirmed, asked, due, other);
    }

    Confirmation askedAt(Instant time, Instant next) {
        return new Confirmation(confirmed, time, next, version + 1);
    }

    Confirmation dueAt(Instant next) {
        return new Confirmation(confirmed, asked, next, version + 1);
    }

    /** Nothing of it in the future, and due. */
    Confirmation takenBackTo(Instant now) {
        return new Confirmation(
                confirmed.isAfter(now) ? now : confirmed, asked.isAfter(now) ? now : asked, now, version + 1);
    }

    Confirmation confirmedAt(Instant time, Instant next) {
        return new Confirmation(
                time.isAfter(confirmed) ? time : confirmed, asked, next.isAfter(due) ? next : due, version + 1);
    }
}
