package io.gatehouse.login;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.util.Optional;

/** Somebody to log in with, who says of everybody what a test has told them to. */
public final class FakeLogin implements LoginAuthenticator {

    private volatile Renewal answer = Renewal.ended("nobody has said anything");
    private volatile Runnable before = () -> {};
    private Optional<Secret> given = Optional.empty();
    private int renewals;
    private boolean tells;

    /** Whether it tells of somebody who is not there. */
    public void tells(boolean now) {
        tells = now;
    }

    @Override
    public boolean renewsWithoutGrant() {
        return tells;
    }

    public void says(Renewal renewal) {
        answer = renewal;
    }

    /** What happens while somebody is renewed. */
    public void during(Runnable event) {
        before = event;
    }

    public int renewals() {
        return renewals;
    }

    /** What the last renewal was asked with. */
    public Optional<Secret> grant() {
        return given;
    }

    @Override
    public String title() {
        return "Fake";
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        return AuthenticationResult.notMine();
    }

    @Override
    public Renewal renew(Identity identity, Optional<Secret> grant) {
        renewals++;
        given = grant;
        before.run();
        return answer;
    }
}
