package io.gatehouse.login;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.TestClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What tests of logins need, put together; two of them on one store are two replicas. */
public final class LoginParts {

    public final TestClock clock;
    public final FakeStore store;
    public final FakeLogin login = new FakeLogin();
    public final LoginRules rules;
    public final SharedState state;
    public final Endings endings;
    public final Sessions sessions;
    final ProviderLogouts logouts;
    private Duration steps = Duration.ZERO;

    /** Who was proven, and in which groups. */
    final List<String> proven = new ArrayList<>();

    public LoginParts() {
        this(new TestClock(Instant.parse("2026-06-01T12:00:00Z")));
    }

    private LoginParts(TestClock clock) {
        this(clock, new FakeStore(clock), KeyRing.parse(KeyRing.newKey()));
    }

    private LoginParts(TestClock clock, FakeStore store, KeyRing keys) {
        this.clock = clock;
        this.store = store;
        ClassLoader loader = LoginParts.class.getClassLoader();
        this.rules = new LoginRules(
                URI.create("https://gate.test"),
                Map.of("corp", new Login("corp", login, PluginCall.direct("corp", loader))),
                Set.of("admins"),
                store,
                PluginCall.direct("store", loader),
                keys,
                new LoginRules.Times(
                        Duration.ofHours(8),
                        Duration.ofDays(7),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(30),
                        Duration.ofDays(90),
                        Duration.ofDays(30)),
                600);
        this.state = new SharedState(rules);
        this.endings = new Endings(clock, this::nanos);
        this.sessions =
                new Sessions(rules, state, endings, (by, identity) -> proven.add(by + ": " + identity.groups()), clock);
        this.logouts = new ProviderLogouts(rules, state, sessions);
        endings.look(state);
    }

    /** The same rules, with another way into the plugin to log in with. */
    public LoginRules rulesBy(PluginCall call) {
        return new LoginRules(
                rules.portal(),
                Map.of("corp", new Login("corp", login, call)),
                rules.administrators(),
                rules.store(),
                rules.storeCall(),
                rules.keys(),
                rules.times(),
                rules.loginsPerMinute());
    }

    private long nanos() {
        return Duration.between(Instant.EPOCH, clock.instant()).minus(steps).toNanos();
    }

    /** The clock is set, forward or back: no time goes by. */
    void step(Duration by) {
        steps = steps.plus(by);
        clock.advance(by);
    }

    /** Another Gatehouse on the same store, with the same keys. */
    public LoginParts replica() {
        return new LoginParts(clock, store, rules.keys());
    }

    /** Time goes by, and every replica looks as often as it does. */
    public void pass(Duration time, LoginParts... others) {
        clock.advance(time);
        endings.look(state);
        for (LoginParts other : others) {
            other.endings.look(other.state);
        }
    }
}
