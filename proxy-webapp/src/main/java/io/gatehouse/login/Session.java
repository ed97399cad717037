package io.gatehouse.login;

import io.gatehouse.spi.Identity;
import java.time.Instant;

/**
 * Somebody's login in a browser.
 *
 * @param id names it in the store
 * @param authenticator the administrator's name of the one that proved it
 * @param identity who it is
 * @param began when they logged in
 * @param proven when the authenticator said so last
 * @param used when its cookie was made: how long nobody used it is told by that
 */
public record Session(String id, String authenticator, Identity identity, Instant began, Instant proven, Instant used) {

    Session usedAt(Instant time) {
        return new Session(id, authenticator, identity, began, proven, time);
    }

    Session provenAt(Instant time, Identity newIdentity) {
        return new Session(id, authenticator, newIdentity, began, time, used);
    }
}
