package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.AuthorizerFactory;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes the authorizer {@code access-review}. */
public final class AccessReviewFactory implements AuthorizerFactory {

    /** Who is asked. */
    public static final Setting<String> CLUSTER =
            Setting.text("cluster", "The target whose API server is asked; else the request's own target");
    /** kube-rbac-proxy's own. */
    public static final Setting<ConfigFile> CONFIG =
            Setting.file("config", "A configuration file of kube-rbac-proxy: fixed attributes, rewrites, static rules");

    static final ReviewSettings REVIEWS = new ReviewSettings(
            Setting.duration("cache-authorized", "How long an allow counts before it is reviewed again")
                    .orElse(Duration.ofMinutes(5)),
            Setting.duration("cache-unauthorized", "How long a refusal counts").orElse(Duration.ofSeconds(30)),
            Setting.duration("serve-stale", "How much longer an allow counts while the API server does not answer")
                    .orElse(Duration.ZERO),
            Setting.integer("cache-size", "How many answers of either kind are remembered")
                    .orElse(8_192),
            Setting.integer("calls-per-second", "How many reviews a cluster gets")
                    .orElse(200),
            Setting.integer("calls-burst", "How many of them at once").orElse(400));

    @Override
    public String name() {
        return "access-review";
    }

    @Override
    public List<Setting<?>> settings() {
        List<Setting<?>> settings = new ArrayList<>(List.of(CLUSTER, CONFIG));
        settings.addAll(REVIEWS.list());
        return List.copyOf(settings);
    }

    /** What is remembered is answered at once; those who wait are bounded in number, and the host bounds the seconds. */
    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Set<String> requestHeaders(Settings settings) {
        return rules(settings).headers();
    }

    private static RbacProxyRules rules(Settings settings) {
        return settings.find(CONFIG)
                .map(file -> new RbacProxyReader(file).read())
                .orElse(RbacProxyRules.NONE);
    }

    @Override
    public Authorizer create(Settings settings, PluginContext context) {
        ReviewLog log = new ReviewLog(context.name(), context.clock());
        return new AccessReviewAuthorizer(
                settings.find(CLUSTER),
                rules(settings),
                new ReviewCalls(context.clusters(), ReviewKind.ACCESS, log),
                new RememberedReviews<>(REVIEWS.lifetimes(settings), context.clock(), log),
                REVIEWS.budget(settings, context.clock()),
                REVIEWS.shares(settings, context.clock()),
                context.clock());
    }
}
