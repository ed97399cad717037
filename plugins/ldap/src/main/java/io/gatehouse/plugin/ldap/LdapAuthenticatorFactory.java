package io.gatehouse.plugin.ldap;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the authenticator {@code ldap}. No server is asked here: one that is down at the start does not stop it. */
public final class LdapAuthenticatorFactory implements AuthenticatorFactory {

    /** How a user binds without being looked up first. */
    public static final Setting<String> BIND_AS =
            Setting.text("bind-as", "Bind directly as this, with {user} for the name, see below; no service-user then");
    /** What may stand around a name. */
    public static final Setting<List<String>> DOMAINS = Setting.texts(
                    "domains",
                    "What users may type around their name, as DOMAIN\\name or name@domain, and does not count")
            .orElse(List.of());
    /** How long a right password is remembered. */
    public static final Setting<Duration> CACHE = Setting.duration(
                    "cache", "How long a right password and the groups count before the directory is asked again")
            .orElse(Duration.ofSeconds(60));
    /** How long a wrong one is. */
    public static final Setting<Duration> CACHE_REFUSED = Setting.duration(
                    "cache-refused", "How long a wrong password or an unknown name counts as such")
            .orElse(Duration.ofSeconds(10));
    /** Shown by browsers. */
    public static final Setting<String> REALM = Setting.text(
                    "realm", "What a browser shows when it asks for the password")
            .orElse("gatehouse");
    /** Shown on the login page. */
    public static final Setting<String> TITLE =
            Setting.text("title", "What the login page calls it").orElse("LDAP");

    private static final Logger LOG = LoggerFactory.getLogger(LdapAuthenticatorFactory.class);

    @Override
    public String name() {
        return "ldap";
    }

    @Override
    public List<Setting<?>> settings() {
        List<Setting<?>> settings = new ArrayList<>(ServerSettings.list());
        settings.addAll(List.of(BIND_AS, DOMAINS));
        settings.addAll(PersonSettings.list());
        settings.addAll(List.of(CACHE, CACHE_REFUSED, REALM, TITLE));
        return List.copyOf(settings);
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Authenticator create(Settings settings, PluginContext context) {
        Problems problems = new Problems();
        Optional<Directory> directory = new ServerSettings(settings, problems).read(context.clock());
        People people = new PersonSettings(settings, problems).read();
        Optional<BindName> bindName =
                settings.find(BIND_AS).flatMap(text -> problems.parsed(settings, BIND_AS, text, BindName::parse));
        if (settings.find(BIND_AS).isPresent()
                && settings.find(ServerSettings.SERVICE_USER).isPresent()) {
            problems.add(settings, BIND_AS, "expected bind-as or service-user, not both");
        }
        problems.within(settings, CACHE, Duration.ZERO, Duration.ofHours(1));
        problems.within(settings, CACHE_REFUSED, Duration.ZERO, Duration.ofMinutes(5));
        if (!settings.get(REALM).matches("[ !#-\\[\\]-~]+")) {
            problems.add(settings, REALM, "expected printable ASCII without double quote and backslash");
        }
        problems.throwIfAny();
        if (settings.get(ServerSettings.PLAIN_TEXT)) {
            LOG.warn("{}: plain-text: true sends passwords in clear to the directory", context.name());
        }
        return make(settings, context, directory.orElseThrow(), people, bindName);
    }

    private static Authenticator make(
            Settings settings, PluginContext context, Directory directory, People people, Optional<BindName> bindName) {
        GuessThrottle throttle = new GuessThrottle(context.clock());
        LoginMethod method = bindName.<LoginMethod>map(name -> new DirectLogin(directory, people, name, throttle))
                .orElseGet(() -> new SearchLogin(directory, people, throttle));
        List<String> domains = new ArrayList<>(settings.get(DOMAINS));
        bindName.flatMap(BindName::domain).ifPresent(domains::add);
        return new LdapAuthenticator(
                new LdapAuthenticator.Parts(
                        context.name(),
                        settings.get(TITLE),
                        "Basic realm=\"" + settings.get(REALM) + "\", charset=\"UTF-8\"",
                        bindName.isEmpty(),
                        new TypedName(domains),
                        method,
                        people,
                        directory,
                        new RememberedLogins(settings.get(CACHE), settings.get(CACHE_REFUSED), context.clock())),
                context.clock());
    }
}
