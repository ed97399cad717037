package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes the authenticator {@code token-review}. */
public final class TokenReviewFactory implements AuthenticatorFactory {

    /** Who is asked. */
    public static final Setting<String> CLUSTER =
            Setting.text("cluster", "The target whose API server is asked; else the request's own target");
    /** Whom a token must be for. */
    public static final Setting<List<String>> AUDIENCES = Setting.texts(
                    "audiences", "A token must be for one of these; none means the API server's own")
            .orElse(List.of());
    /** Put before each name. */
    public static final Setting<String> USER_PREFIX =
            Setting.text("user-prefix", "Put before each user name").orElse("");
    /** Put before each group. */
    public static final Setting<String> GROUP_PREFIX =
            Setting.text("group-prefix", "Put before each group").orElse("");

    static final ReviewSettings REVIEWS = new ReviewSettings(
            Setting.duration(
                            "cache-authenticated",
                            "How long a token counts as good before it is reviewed again; never past its own end")
                    .orElse(Duration.ofMinutes(2)),
            Setting.duration("cache-unauthenticated", "How long a token counts as unknown")
                    .orElse(Duration.ofSeconds(10)),
            Setting.duration("serve-stale", "How much longer a good token counts while the API server does not answer")
                    .orElse(Duration.ZERO),
            Setting.integer("cache-size", "How many tokens of either kind are remembered")
                    .orElse(10_000),
            Setting.integer("calls-per-second", "How many reviews of unknown tokens a cluster gets")
                    .orElse(50),
            Setting.integer("calls-burst", "How many of them at once").orElse(100));

    @Override
    public String name() {
        return "token-review";
    }

    @Override
    public List<Setting<?>> settings() {
        List<Setting<?>> settings = new ArrayList<>(List.of(CLUSTER, AUDIENCES, USER_PREFIX, GROUP_PREFIX));
        settings.addAll(REVIEWS.list());
        return List.copyOf(settings);
    }

    /** What is remembered is answered at once; those who wait are bounded in number, and the host bounds the seconds. */
    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Authenticator create(Settings settings, PluginContext context) {
        if (settings.get(AUDIENCES).contains("")) {
            throw settings.problem(AUDIENCES, "expected no empty audience");
        }
        ReviewLog log = new ReviewLog(context.name(), context.clock());
        return new TokenReviewAuthenticator(
                new TokenReviewAuthenticator.Choices(
                        settings.find(CLUSTER),
                        List.copyOf(settings.get(AUDIENCES)),
                        settings.get(USER_PREFIX),
                        settings.get(GROUP_PREFIX)),
                new ReviewCalls(context.clusters(), ReviewKind.TOKEN, log),
                new RememberedReviews<>(REVIEWS.lifetimes(settings), context.clock(), log),
                REVIEWS.budget(settings, context.clock()),
                new CallBudget<>(
                        TokenReviewAuthenticator.GUESSES_PER_SECOND,
                        TokenReviewAuthenticator.GUESSES_PER_ADDRESS,
                        context.clock()));
    }
}
