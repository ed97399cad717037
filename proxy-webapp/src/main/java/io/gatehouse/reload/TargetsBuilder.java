package io.gatehouse.reload;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.pipeline.Route;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetLimits;
import io.gatehouse.target.TargetSettings;
import io.gatehouse.target.TargetTable;
import io.gatehouse.target.UpstreamProtocol;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the targets of the file and of the sources over from before, or makes them, and serves each by its route where it
 * wants to be.
 */
final class TargetsBuilder {

    private final RouteBuilder routes;
    private final Map<String, Target> earlier;
    private final Problems problems;
    private final Clock clock;
    private final TargetTable.Builder<Route> table = new TargetTable.Builder<>();
    private final Map<Target, Route> byTarget = new HashMap<>();
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Map<Target, TargetCredential> renewed = new HashMap<>();

    /** @param earlier those in force, by name */
    TargetsBuilder(RouteBuilder routes, Map<String, Target> earlier, Problems problems, Clock clock) {
        this.routes = routes;
        this.earlier = earlier;
        this.problems = problems;
        this.clock = clock;
    }

    /** Adds a target of the file. */
    void add(TargetSettings settings) {
        Target target = target(StaticTarget.definition(settings), settings.limits(), settings.protocol());
        String prefix = settings.path().orElse("");
        boolean usable = settings.usable() && hasUsableAccess(target, settings.place());
        Route route = routes.build(
                target,
                settings.access(),
                settings.web(),
                prefix,
                settings.host().isPresent(),
                usable);
        serve(settings.place(), settings.host().orElse(""), prefix, route);
    }

    private boolean hasUsableAccess(Target target, String place) {
        try {
            target.access();
            return true;
        } catch (CredentialUnavailableException e) {
            problems.addContained(new ConfigurationProblem(place, "target \"" + target + "\": " + e.getMessage()));
            return false;
        }
    }

    /** Adds the targets of a source. */
    void add(GatehouseConfig.Source source, List<TargetDefinition> definitions) {
        String place = source.product().section().place();
        for (TargetDefinition definition : definitions) {
            if (!definition.name().matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
                problems.addContained(new ConfigurationProblem(
                        place,
                        "source \"" + source.product().name() + "\" has a target whose name is not one of lower-case"
                                + " letters, digits, dots and dashes"));
                continue;
            }
            if (targets.containsKey(definition.name())) {
                problems.addContained(new ConfigurationProblem(
                        place,
                        "source \"" + source.product().name() + "\" has a target \"" + definition.name()
                                + "\", a name that is taken"));
                continue;
            }
            String prefix = source.prefix() + definition.name() + "/";
            Target target = target(definition, source.limits(), UpstreamProtocol.HTTP_1_1);
            Route route = routes.build(target, source.access(), source.web(), prefix, false, true);
            serve(place, "", prefix, route);
        }
    }

    private void serve(String place, String host, String prefix, Route route) {
        boolean free = host.isEmpty() ? table.prefix(prefix, route) : table.host(host, route);
        if (!free) {
            problems.addContained(new ConfigurationProblem(place, "something else is served at " + host + prefix));
            return;
        }
        byTarget.put(route.target(), route);
    }

    private Target target(TargetDefinition definition, TargetLimits limits, UpstreamProtocol protocol) {
        Target known = earlier.get(definition.name());
        boolean same = known != null
                && known.definition().equals(definition)
                && known.limits().equals(limits)
                && known.protocol() == protocol;
        Target target = same ? known : new Target(definition, limits, protocol, clock);
        if (same) {
            renewed.put(target, definition.credential());
        }
        targets.put(definition.name(), target);
        return target;
    }

    TargetTable<Route> table() {
        return table.build();
    }

    Map<Target, Route> byTarget() {
        return Map.copyOf(byTarget);
    }

    /** The credentials of targets that were taken over: theirs may come from a product that is closed soon. */
    Map<Target, TargetCredential> renewed() {
        return Map.copyOf(renewed);
    }

    Map<String, Target> targets() {
        return Map.copyOf(targets);
    }
}
