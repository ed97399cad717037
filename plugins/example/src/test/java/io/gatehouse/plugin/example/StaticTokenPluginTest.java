package io.gatehouse.plugin.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.plugin.example.StaticTokenPlugin.Factory;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class StaticTokenPluginTest {

    private static final Secret TOKEN = Secret.of("0123456789abcdef0123456789abcdef");

    /** This plugin does not look at the request: a view that refuses every question will do. */
    private static final RequestView REQUEST = (RequestView) Proxy.newProxyInstance(
            RequestView.class.getClassLoader(), new Class<?>[] {RequestView.class}, (proxy, method, arguments) -> {
                throw new AssertionError("asked for " + method.getName());
            });

    private final Factory factory = new Factory();

    private Authenticator create(TestSettings settings) {
        return factory.create(settings, TestContext.in(Path.of(".")));
    }

    private TestSettings settings() {
        return TestSettings.of(factory).with(Factory.TOKEN, TOKEN).with(Factory.USER, "alice");
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.authenticators())
                        .singleElement()
                        .extracting(found -> found.name())
                        .isEqualTo("static-token"));
    }

    @Test
    void hasDefaults() {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + (setting.isRequired() ? "!" : "=" + setting.defaultValue()))
                .containsExactly("token!", "user!", "groups=Optional[[]]");
        assertThat(create(settings()).challenge()).contains("Bearer");
    }

    @Test
    void mapsEverySetting() {
        Authenticator authenticator = create(settings().with(Factory.GROUPS, List.of("dev")));
        assertThat(authenticator.authenticate(new Credential.Bearer(TOKEN), REQUEST))
                .isEqualTo(AuthenticationResult.authenticated(
                        Identity.of("alice", "bearer").withGroups(List.of("dev"))));
    }

    @Test
    void tellsWhatIsWrong() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings().with(Factory.TOKEN, Secret.of("short"))))
                .withMessage("gatehouse.yaml:1:1: expected at least 32 characters");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings().with(Factory.USER, "")))
                .withMessage("gatehouse.yaml:1:1: expected a name");
    }

    @Test
    void anythingElseIsNotItsOwn() {
        Authenticator authenticator = create(settings());
        assertThat(authenticator.authenticate(new Credential.Bearer(Secret.of("another")), REQUEST))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(authenticator.authenticate(new Credential.Basic("alice", TOKEN), REQUEST))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(authenticator.authenticate(new Credential.None(), REQUEST))
                .isEqualTo(AuthenticationResult.notMine());
    }
}
