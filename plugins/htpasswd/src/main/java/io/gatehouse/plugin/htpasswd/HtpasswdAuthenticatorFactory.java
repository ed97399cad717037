package io.gatehouse.plugin.htpasswd;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the authenticator {@code htpasswd}. Both files are checked whole; every problem is told at once. */
public final class HtpasswdAuthenticatorFactory implements AuthenticatorFactory {

    /** Names and hashes. */
    public static final Setting<ConfigFile> FILE = Setting.file(
                    "file", "Names and password hashes, as the htpasswd tool writes them")
            .required();
    /** Put before each name. */
    public static final Setting<String> USER_PREFIX =
            Setting.text("user-prefix", "Put before each user name").orElse("");
    /** Put before each group. */
    public static final Setting<String> GROUP_PREFIX = Setting.text(
                    "group-prefix", "Put before each group, wherever it comes from")
            .orElse("");
    /** Groups for everyone in the file. */
    public static final Setting<List<String>> GROUPS =
            Setting.texts("groups", "Groups that every user of the file is in").orElse(List.of());
    /** Groups by user. */
    public static final Setting<ConfigFile> GROUPS_FILE =
            Setting.file("groups-file", "Lines of \"group: user user\", as for Apache's AuthGroupFile");
    /** Whether unsalted hashes are taken. */
    public static final Setting<Boolean> ALLOW_SHA = Setting.flag(
                    "allow-sha", "Take {SHA} hashes, which are unsalted and quick to guess")
            .orElse(false);
    /** Shown by browsers. */
    public static final Setting<String> REALM = Setting.text(
                    "realm", "What a browser shows when it asks for the password")
            .orElse("gatehouse");
    /** Shown on the login page. */
    public static final Setting<String> TITLE = Setting.text("title", "What the login page calls this way to log in")
            .orElse("User name and password");

    @Override
    public String name() {
        return "htpasswd";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(FILE, USER_PREFIX, GROUP_PREFIX, GROUPS, GROUPS_FILE, ALLOW_SHA, REALM, TITLE);
    }

    /** A remembered password is answered at once, and those who wait for a hash are bounded in number and seconds. */
    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Authenticator create(Settings settings, PluginContext context) {
        List<ConfigurationProblem> problems = new ArrayList<>();
        String realm = settings.get(REALM);
        if (!realm.matches("[ !#-\\[\\]-~]+")) {
            problems.add(new ConfigurationProblem(
                    settings.place(REALM), "expected printable ASCII without double quote and backslash"));
        }
        Map<String, PasswordHash> hashes =
                new PasswordFile(settings.get(FILE), settings.get(ALLOW_SHA), problems).read();
        Map<String, List<String>> groups = new HashMap<>();
        settings.find(GROUPS_FILE).ifPresent(file -> groups.putAll(new GroupFile(file, problems).read()));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Map<String, HtpasswdAuthenticator.Account> accounts = new HashMap<>();
        hashes.forEach((user, hash) -> accounts.put(
                user,
                new HtpasswdAuthenticator.Account(
                        hash, identity(settings, user, groups.getOrDefault(user, List.of())))));
        return new HtpasswdAuthenticator(
                accounts, "Basic realm=\"" + realm + "\", charset=\"UTF-8\"", settings.get(TITLE), context.clock());
    }

    private static Identity identity(Settings settings, String user, List<String> ownGroups) {
        List<String> groups = new ArrayList<>();
        settings.get(GROUPS).forEach(group -> groups.add(settings.get(GROUP_PREFIX) + group));
        ownGroups.forEach(group -> groups.add(settings.get(GROUP_PREFIX) + group));
        return Identity.of(settings.get(USER_PREFIX) + user, "basic").withGroups(groups);
    }
}
