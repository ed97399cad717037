package io.gatehouse.plugin.example;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.util.List;
import java.util.Optional;

/** A whole plugin: whoever shows one fixed bearer token is one fixed user. Copy it and begin. */
public final class StaticTokenPlugin implements GatehousePlugin {

    @Override
    public List<AuthenticatorFactory> authenticators() {
        return List.of(new Factory());
    }

    /** Declares the settings, and makes an authenticator of their values. */
    public static final class Factory implements AuthenticatorFactory {

        static final Setting<Secret> TOKEN =
                Setting.secret("token", "The token; best written as ${file:…}").required();
        static final Setting<String> USER = Setting.text("user", "Who shows it").required();
        static final Setting<List<String>> GROUPS =
                Setting.texts("groups", "The user's groups").orElse(List.of());

        @Override
        public String name() {
            return "static-token"; // what "plugin:" takes in gatehouse.yaml
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(TOKEN, USER, GROUPS); // the host checks names and types before it calls create
        }

        @Override
        public Authenticator create(Settings settings, PluginContext context) {
            if (settings.get(TOKEN).reveal().length() < 32) {
                throw settings.problem(TOKEN, "expected at least 32 characters");
            }
            if (settings.get(USER).isEmpty()) {
                throw settings.problem(USER, "expected a name");
            }
            Identity identity = Identity.of(settings.get(USER), "bearer").withGroups(settings.get(GROUPS));
            return new StaticToken(settings.get(TOKEN), identity);
        }
    }

    /** Called by many requests at once; immutable, so that it needs no locks. */
    private record StaticToken(Secret token, Identity identity) implements Authenticator {

        @Override
        public AuthenticationResult authenticate(Credential credential, RequestView request) {
            // Secret.equals takes the same time wherever two tokens differ.
            if (credential instanceof Credential.Bearer bearer && bearer.token().equals(token)) {
                return AuthenticationResult.authenticated(identity);
            }
            return AuthenticationResult.notMine(); // the next authenticator is asked
        }

        @Override
        public Optional<String> challenge() {
            return Optional.of("Bearer");
        }
    }
}
