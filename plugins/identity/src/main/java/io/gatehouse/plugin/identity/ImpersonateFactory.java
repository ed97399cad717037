package io.gatehouse.plugin.identity;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.spi.UpstreamIdentityFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes the upstream identity {@code impersonate}, for kube-apiserver. */
public final class ImpersonateFactory implements UpstreamIdentityFactory {

    /** What of {@code system:…} may be claimed. */
    public static final Setting<List<String>> ALLOW_SYSTEM = Setting.texts(
                    "allow-system",
                    "Names of users and groups that may start with system: and still be passed on;"
                            + " system:serviceaccount:ci:* for all service accounts of namespace ci")
            .orElse(List.of());
    /** How many groups one may have. */
    public static final Setting<Integer> MAX_GROUPS = Setting.integer(
                    "max-groups", "An identity with more groups than this is refused")
            .orElse(250);

    private static final Pattern NAMESPACE = Pattern.compile(
            KubernetesUser.SERVICE_ACCOUNT + "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?" + Pattern.quote(KubernetesUser.EACH));

    @Override
    public String name() {
        return "impersonate";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(ALLOW_SYSTEM, MAX_GROUPS);
    }

    @Override
    public UpstreamIdentity create(Settings settings, PluginContext context) {
        return create(KubernetesUser.Way.IMPERSONATION, settings);
    }

    /** @throws ConfigurationException with all that is wrong */
    static UpstreamIdentity create(KubernetesUser.Way way, Settings settings) {
        int maximumGroups = settings.get(MAX_GROUPS);
        if (maximumGroups < 0 || maximumGroups > 10_000) {
            throw settings.problem(MAX_GROUPS, "expected a number from 0 to 10000, not " + maximumGroups);
        }
        List<ConfigurationProblem> problems = settings.get(ALLOW_SYSTEM).stream()
                .flatMap(name -> fault(name).stream())
                .map(fault -> new ConfigurationProblem(settings.place(ALLOW_SYSTEM), fault))
                .toList();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new KubernetesUser(way, new HashSet<>(settings.get(ALLOW_SYSTEM)), maximumGroups);
    }

    private static Optional<String> fault(String name) {
        if (!name.startsWith(KubernetesUser.RESERVED)) {
            return Optional.of("\"" + name + "\" does not start with system: and needs no permission here");
        }
        return name.indexOf('*') < 0 || NAMESPACE.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("\"" + name + "\": a * stands for the service accounts of one namespace alone, as in"
                        + " system:serviceaccount:ci:*");
    }
}
