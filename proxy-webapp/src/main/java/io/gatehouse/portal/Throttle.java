package io.gatehouse.portal;

import io.gatehouse.login.DeviceCodes;
import io.gatehouse.login.Fingerprint;
import io.gatehouse.pipeline.Rates;
import io.gatehouse.pipeline.Rates.Rate;
import io.gatehouse.request.ClientNetwork;
import io.gatehouse.spi.Header;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * How often one address may try to log in, and one person may make and revoke tokens: each costs a row in the store, and
 * most a question to a directory or a provider. And how often codes of devices are asked for, and guessed.
 */
final class Throttle {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Rate TOKENS = Rate.of(60, MINUTE, 120); // a person may have 100
    private static final Rate DEVICES = Rate.of(20, DeviceCodes.LIFE, 20);
    private static final Rate GUESSES = Rate.of(10, DeviceCodes.LIFE, 10);
    private static final Rate POLLS = new Rate(Duration.ofSeconds(4), 1); // they are told five
    private static final Rate POLLS_OF_ADDRESS = Rate.of(300, MINUTE, 300);

    private final Rates rates;
    private final Rate logins;
    private final Layout layout;

    /**
     * @param rates what was done so far
     * @param loginsPerMinute of one address; as many at once after a pause
     */
    Throttle(Rates rates, int loginsPerMinute, Layout layout) {
        this.rates = rates;
        this.logins = Rate.of(loginsPerMinute, MINUTE, loginsPerMinute);
        this.layout = layout;
    }

    /** Somebody does too much. */
    static final class TooMuchException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String message;
        private final Duration wait;

        /**
         * @param reason for the record
         * @param message for the client
         */
        TooMuchException(String reason, String message, Duration wait) {
            super(reason, null, false, false);
            this.message = message;
            this.wait = wait;
        }

        /** What can be done. */
        String advice() {
            return message + ". Try again in " + seconds() + " seconds.";
        }

        /** In whole seconds, at least one. */
        long seconds() {
            return wait.plusMillis(999).toSeconds();
        }
    }

    /** Counts a step that anybody can take on the way in. @throws TooMuchException when there were too many */
    void login(Visit visit) {
        enter(
                address(visit),
                logins,
                "too many logins from one address",
                "There were too many logins from your address");
    }

    /**
     * Counts a logout notice that does not hold, apart from logins.
     *
     * @param login whose notice it is not
     * @throws TooMuchException when there were too many
     */
    void badNotice(Visit visit, String login) {
        enter(
                "notice " + login + " " + address(visit),
                logins,
                "too many logout notices of one address that do not hold",
                "There were too many logout notices from your address");
    }

    /** Counts a device that asks for codes. @throws TooMuchException when there were too many */
    void device(Visit visit) {
        login(visit);
        enter(
                "device " + address(visit),
                DEVICES,
                "too many devices of one address asked for codes",
                "There were too many devices at your address");
    }

    /** Counts a device that asks how it stands. @return whether it does not ask too often */
    boolean mayPoll(Visit visit, String deviceCode) {
        return rates.enter("polls " + address(visit), POLLS_OF_ADDRESS).isZero()
                && rates.enter("poll " + Fingerprint.of(deviceCode), POLLS).isZero();
    }

    /** Counts a device's code that a person types in. @throws TooMuchException when too many were wrong */
    void code(String user) {
        enter("code " + user, GUESSES, "too many wrong codes of one person", "You have typed too many wrong codes");
    }

    /** The code was right. */
    void rightCode(String user) {
        rates.giveBack("code " + user, GUESSES);
    }

    /** Counts a token that a person makes or revokes. @throws TooMuchException when there were too many */
    void token(String user) {
        enter("user " + user, TOKENS, "too many tokens of one person", "You have made or revoked too many tokens");
    }

    private void enter(String whose, Rate rate, String reason, String message) {
        Duration wait = rates.enter(whose, rate);
        if (!wait.isZero()) {
            throw new TooMuchException(reason, message, wait);
        }
    }

    private static String address(Visit visit) {
        return ClientNetwork.of(visit.admitted().client());
    }

    /** Says what can be done (RFC 6585, 4): as JSON to programs. */
    void refuse(Visit visit, TooMuchException tooMuch) throws IOException {
        visit.record().verdict("unavailable", tooMuch.getMessage());
        List<Header> fields = List.of(new Header("Retry-After", Long.toString(tooMuch.seconds())));
        if (visit.path().startsWith("/api/")) {
            visit.answer(429, "application/json", "{\"error\": " + Json.text(tooMuch.advice()) + "}\n", fields);
        } else {
            visit.page(429, layout.message("Too much at once", tooMuch.advice(), "Go on", layout.base() + "/"), fields);
        }
    }
}
