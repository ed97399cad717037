package io.gatehouse.plugin.identity;

import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.spi.UpstreamIdentityFactory;
import java.util.HashSet;
import java.util.List;

/** Makes the upstream identity {@code impersonate}, for kube-apiserver. */
public final class ImpersonateFactory implements UpstreamIdentityFactory {

    /** What of {@code system:…} may be claimed. */
    public static final Setting<List<String>> ALLOW_SYSTEM = Setting.texts(
                    "allow-system", "Names of users and groups that may start with system: and still be passed on")
            .orElse(List.of());
    /** How many groups one may have. */
    public static final Setting<Integer> MAX_GROUPS = Setting.integer(
                    "max-groups", "An identity with more groups than this is refused")
            .orElse(250);

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
        int maximumGroups = settings.get(MAX_GROUPS);
        if (maximumGroups < 0 || maximumGroups > 10_000) {
            throw settings.problem(MAX_GROUPS, "expected a number from 0 to 10000, not " + maximumGroups);
        }
        for (String name : settings.get(ALLOW_SYSTEM)) {
            if (!name.startsWith(Impersonate.RESERVED)) {
                throw settings.problem(
                        ALLOW_SYSTEM, "\"" + name + "\" does not start with system: and needs no permission here");
            }
        }
        return new Impersonate(new HashSet<>(settings.get(ALLOW_SYSTEM)), maximumGroups);
    }
}
