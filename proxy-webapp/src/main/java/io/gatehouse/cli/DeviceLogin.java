package io.gatehouse.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * Logs in from a machine without a browser (RFC 8628): the person opens a page wherever they like and types a short code,
 * while the program asks again and again.
 */
final class DeviceLogin {

    private static final String BEGIN = "/gatehouse/api/v1/device";
    private static final String POLL = BEGIN + "/token";
    private static final int LONGEST_SECONDS = 3_600;

    private final PortalClient portal;
    private final Pause pause;

    /** Waits. */
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    DeviceLogin(PortalClient portal, Pause pause) {
        this.portal = portal;
        this.pause = pause;
    }

    /** @throws LoginFailedException when it comes to nothing */
    CachedLogin logIn() throws InterruptedException {
        PortalAnswer begun;
        try {
            begun = portal.post(BEGIN, Map.of());
        } catch (IOException e) {
            throw UnreachablePortal.because(e, portal.portal());
        }
        String deviceCode = begun.text("device_code").orElse("");
        String userCode = begun.text("user_code").orElse("");
        if (begun.status() != 200 || !deviceCode.matches("[!-~]{1,200}") || !userCode.matches("[A-Z0-9-]{1,20}")) {
            throw begun.refused();
        }
        System.err.println("Open this page in any browser, and type the code:\n\n  " + portal.portal()
                + "/gatehouse/device\n\n  " + userCode + "\n");
        return poll(
                deviceCode,
                Math.min(begun.number("expires_in", 600), LONGEST_SECONDS),
                Math.max(1, begun.number("interval", 5)));
    }

    private CachedLogin poll(String deviceCode, int seconds, int every) throws InterruptedException {
        int interval = every;
        for (int waited = interval; waited <= seconds; waited += interval) {
            pause.of(Duration.ofSeconds(interval));
            PortalAnswer answer;
            try {
                answer = portal.post(POLL, Map.of("device_code", deviceCode));
            } catch (IOException e) {
                continue; // it may come back before the code ends
            }
            switch (answer.text("error").orElse("")) {
                case "authorization_pending" -> {}
                case "slow_down" -> interval += 5;
                case "access_denied" -> throw new LoginFailedException("the login was refused in the browser");
                case "expired_token" -> throw new LoginFailedException("the code does not hold any more; begin again");
                default -> {
                    if (answer.status() < 500) {
                        return answer.login();
                    }
                }
            }
        }
        throw new LoginFailedException("nobody logged in within " + seconds / 60 + " minutes");
    }
}
