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
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.target.AccessRules;
import io.gatehouse.target.Target;
import io.gatehouse.target.WebRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts a target and those who judge for it together. One that lacks a part answers 503; the others do not care. */
final class RouteBuilder {

    private static final UpstreamIdentity NOBODY =
            (identity, credential) -> new OutboundIdentity.Refused("no identity");

    private final GatehouseConfig config;
    private final ProductMaker maker;
    private final Optional<Portal> portal;
    private final Endings endings;
    private final Problems problems;

    RouteBuilder(
            GatehouseConfig config, ProductMaker maker, Optional<Portal> portal, Endings endings, Problems problems) {
        this.config = config;
        this.maker = maker;
        this.portal = portal;
        this.endings = endings;
        this.problems = problems;
    }

    /**
     * A target's route.
     *
     * @param prefix of the paths that it is served at; empty for a host of its own
     * @param ownOrigin whether it has a host of its own
     * @param usable whether the files that it needs are there
     */
    Route build(Target target, AccessRules access, WebRules web, String prefix, boolean ownOrigin, boolean usable) {
        List<String> missing = new ArrayList<>();
        Set<String> headers = new HashSet<>();
        AuthenticationChain authentication = authentication(access, headers, missing);
        AuthorizationChain authorization = authorization(access, headers, missing);
        Optional<Product<UpstreamIdentity>> identity = part(
                FactoryKind.UPSTREAM_IDENTITY, config.identities(), access.identity(), UpstreamIdentity.class, missing);
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

    /** What a target wants to be judged or called by; what there is not of it is noted as missing. */
    private <P extends AutoCloseable> Optional<Product<P>> part(
            FactoryKind kind,
            Map<String, GatehouseConfig.Product> configured,
            String name,
            Class<P> type,
            List<String> missing) {
        Optional<Product<P>> made =
                Optional.ofNullable(configured.get(name)).flatMap(wanted -> maker.make(kind, wanted, type));
        if (made.isEmpty()) {
            missing.add(kind.words() + " \"" + name + "\"");
        }
        return made;
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
            part(FactoryKind.AUTHENTICATOR, config.authenticators(), name, Authenticator.class, missing)
                    .ifPresent(product -> {
                        links.add(new AuthenticationChain.Link(product.name(), product.instance(), product.call()));
                        headers.addAll(product.requestHeaders());
                    });
        }
        return new AuthenticationChain(links, anonymous, endings::shutOut);
    }

    private AuthorizationChain authorization(AccessRules access, Set<String> headers, List<String> missing) {
        List<AuthorizationChain.Link> links = new ArrayList<>();
        for (String name : access.authorizers()) {
            part(FactoryKind.AUTHORIZER, config.authorizers(), name, Authorizer.class, missing)
                    .ifPresent(product -> {
                        links.add(new AuthorizationChain.Link(product.name(), product.instance(), product.call()));
                        headers.addAll(product.requestHeaders());
                    });
        }
        return new AuthorizationChain(links, access.all());
    }
}
