package io.gatehouse.reload;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.login.Endings;
import io.gatehouse.pipeline.AuthenticationChain;
import io.gatehouse.pipeline.AuthorizationChain;
import io.gatehouse.pipeline.DeclaredHeaders;
import io.gatehouse.pipeline.Route;
import io.gatehouse.plugin.FactoryKind;
import io.gatehouse.plugin.PluginCall;
import io.gatehouse.portal.Portal;
import io.gatehouse.request.ManagedHeaders;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.target.AccessRules;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetLimits;
import io.gatehouse.target.TargetSettings;
import io.gatehouse.target.TargetTable;
import io.gatehouse.target.UpstreamProtocol;
import io.gatehouse.target.WebRules;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts targets and those who judge for them together. A target that lacks a part answers 503; the others do not care. */
final class RouteBuilder {

    private static final UpstreamIdentity NOBODY =
            (identity, credential) -> new OutboundIdentity.Refused("no identity");

    private final GatehouseConfig config;
    private final ProductMaker maker;
    private final Map<String, Target> earlier;
    private final Optional<Portal> portal;
    private final Endings endings;
    private final Problems problems;
    private final Clock clock;
    private final TargetTable.Builder<Route> table = new TargetTable.Builder<>();
    private final Map<Target, Route> byTarget = new HashMap<>();
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Map<Target, TargetCredential> renewed = new HashMap<>();

    RouteBuilder(
            GatehouseConfig config,
            ProductMaker maker,
            Map<String, Target> earlier,
            Optional<Portal> portal,
            Endings endings,
            Problems problems,
            Clock clock) {
        this.config = config;
        this.maker = maker;
        this.earlier = earlier;
        this.portal = portal;
        this.endings = endings;
        this.problems = problems;
        this.clock = clock;
    }

    /** Adds a target of the file. */
    void add(TargetSettings settings) {
        Target target = target(StaticTarget.definition(settings), settings.limits(), settings.protocol());
        String prefix = settings.path().orElse("");
        boolean usable = settings.usable() && hasUsableAccess(target, settings.place());
        Route route = route(
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
            Route route = route(target, source.access(), source.web(), prefix, false, true);
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

    private Route route(
            Target target, AccessRules access, WebRules web, String prefix, boolean ownOrigin, boolean usable) {
        List<String> missing = new ArrayList<>();
        Set<String> headers = new HashSet<>();
        AuthenticationChain authentication = authentication(access, headers, missing);
        AuthorizationChain authorization = authorization(access, headers, missing);
        Optional<Product<UpstreamIdentity>> identity = Optional.ofNullable(
                        config.identities().get(access.identity()))
                .flatMap(wanted -> maker.make(FactoryKind.UPSTREAM_IDENTITY, wanted, UpstreamIdentity.class));
        if (identity.isEmpty()) {
            missing.add("identity \"" + access.identity() + "\"");
        }
        if (!usable) {
            missing.add("a file");
        }
        UpstreamIdentity instance = identity.map(Product::instance).orElse(NOBODY);
        PluginCall call = identity.map(Product::call)
                .orElseGet(() -> PluginCall.direct("nobody", RouteBuilder.class.getClassLoader()));
        Optional<ManagedHeaders> named =
                call.call(() -> Optional.of(managed(instance.managedHeaders())), failed -> Optional.empty());
        if (named.isEmpty()) {
            String names = "the header names of identity \"" + access.identity() + "\"";
            missing.add(names); // without them a client could set them itself
            problems.addContained(new ConfigurationProblem(
                    config.identities().get(access.identity()).section().place(), "plugin can not tell " + names));
        }
        ManagedHeaders managed = named.orElseGet(() -> managed(Set.of()));
        Optional<String> broken =
                missing.isEmpty() ? Optional.empty() : Optional.of("the target lacks " + String.join(", ", missing));
        return new Route(
                target,
                broken,
                authentication,
                authorization,
                instance,
                call,
                managed,
                new DeclaredHeaders(headers, managed),
                prefix,
                ownOrigin,
                access.impersonation(),
                access.entry(),
                access.sharedOrigin(),
                web);
    }

    private ManagedHeaders managed(Collection<String> ofIdentity) {
        Set<String> names = new HashSet<>(ofIdentity);
        config.certificateHeader().ifPresent(header -> names.addAll(header.names()));
        return ManagedHeaders.with(names);
    }

    private AuthenticationChain authentication(AccessRules access, Set<String> headers, List<String> missing) {
        List<AuthenticationChain.Link> links = new ArrayList<>();
        portal.ifPresent(known -> links.addAll(known.links(Set.copyOf(access.authenticators()))));
        boolean anonymous = false;
        for (String name : access.authenticators()) {
            if (name.equals("anonymous")) {
                anonymous = true;
                continue;
            }
            Optional<Product<Authenticator>> made = Optional.ofNullable(
                            config.authenticators().get(name))
                    .flatMap(wanted -> maker.make(FactoryKind.AUTHENTICATOR, wanted, Authenticator.class));
            if (made.isEmpty()) {
                missing.add("authenticator \"" + name + "\"");
            }
            made.ifPresent(product -> {
                links.add(new AuthenticationChain.Link(product.name(), product.instance(), product.call()));
                headers.addAll(product.requestHeaders());
            });
        }
        return new AuthenticationChain(links, anonymous, endings::shutOut);
    }

    private AuthorizationChain authorization(AccessRules access, Set<String> headers, List<String> missing) {
        List<AuthorizationChain.Link> links = new ArrayList<>();
        for (String name : access.authorizers()) {
            Optional<Product<Authorizer>> made = Optional.ofNullable(
                            config.authorizers().get(name))
                    .flatMap(wanted -> maker.make(FactoryKind.AUTHORIZER, wanted, Authorizer.class));
            if (made.isEmpty()) {
                missing.add("authorizer \"" + name + "\"");
            }
            made.ifPresent(product -> {
                links.add(new AuthorizationChain.Link(product.name(), product.instance(), product.call()));
                headers.addAll(product.requestHeaders());
            });
        }
        return new AuthorizationChain(links, access.all());
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
