package io.gatehouse.plugin.identity;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.spi.UpstreamIdentityFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Makes the upstream identity {@code remote-user}, for applications that trust headers. */
public final class RemoteUserFactory implements UpstreamIdentityFactory {

    /** Carries the user. */
    public static final Setting<String> USER_HEADER =
            Setting.text("user-header", "The header that carries the user").orElse("X-Remote-User");
    /** Carries the groups. */
    public static final Setting<String> GROUPS_HEADER =
            Setting.text("groups-header", "The header that carries the groups").orElse("X-Remote-Group");
    /** Between groups. */
    public static final Setting<String> GROUPS_SEPARATOR = Setting.text(
            "groups-separator", "Put between the groups in one header; without it each group has a header of its own");
    /** Carries the uid. */
    public static final Setting<String> UID_HEADER = Setting.text(
            "uid-header", "The header that carries the uid, such as X-Remote-Uid; without it none is sent");
    /** Starts the headers for extras. */
    public static final Setting<String> EXTRA_PREFIX = Setting.text(
            "extra-prefix", "How headers for extras start, such as X-Remote-Extra-; without it none is sent");

    /** Headers that steer the exchange itself; an identity in one of them would break it. */
    private static final Set<String> FORBIDDEN = Set.of(
            "accept-encoding",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "expect",
            "host",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via");

    @Override
    public String name() {
        return "remote-user";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(USER_HEADER, GROUPS_HEADER, GROUPS_SEPARATOR, UID_HEADER, EXTRA_PREFIX);
    }

    @Override
    public UpstreamIdentity create(Settings settings, PluginContext context) {
        List<ConfigurationProblem> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        checkName(settings, USER_HEADER, settings.get(USER_HEADER), names, problems);
        checkName(settings, GROUPS_HEADER, settings.get(GROUPS_HEADER), names, problems);
        settings.find(UID_HEADER).ifPresent(name -> checkName(settings, UID_HEADER, name, names, problems));
        settings.find(GROUPS_SEPARATOR).ifPresent(separator -> {
            if (separator.isEmpty() || !Header.isValue("a" + separator + "a")) {
                problems.add(problem(settings, GROUPS_SEPARATOR, "expected printable ASCII such as \",\""));
            }
        });
        settings.find(EXTRA_PREFIX).ifPresent(prefix -> {
            if (!Header.isToken(prefix) || !prefix.endsWith("-")) {
                problems.add(problem(settings, EXTRA_PREFIX, "expected the start of a header's name that ends in -"));
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new RemoteUser(
                settings.get(USER_HEADER),
                settings.get(GROUPS_HEADER),
                settings.find(GROUPS_SEPARATOR),
                settings.find(UID_HEADER),
                settings.find(EXTRA_PREFIX));
    }

    private static void checkName(
            Settings settings,
            Setting<String> setting,
            String written,
            Set<String> names,
            List<ConfigurationProblem> problems) {
        String name = written.toLowerCase(Locale.ROOT);
        if (!Header.isToken(name) || name.endsWith("-")) {
            problems.add(problem(settings, setting, "expected a header's name such as X-Remote-User"));
        } else if (FORBIDDEN.contains(name)) {
            problems.add(problem(settings, setting, "header " + name + " can not carry an identity"));
        } else if (!names.add(name)) {
            problems.add(problem(settings, setting, "user, groups and uid need headers of their own"));
        }
    }

    private static ConfigurationProblem problem(Settings settings, Setting<?> setting, String message) {
        return new ConfigurationProblem(settings.place(setting), message);
    }
}
