package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gatehouse.plugin.kubernetes.review.RememberedReviews.Answer;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the API server whose a bearer token is, as {@code k8s.io/apiserver/plugin/pkg/authenticator/token/webhook} does.
 *
 * <ul>
 *   <li>A token that the API server does not know may be somebody else's. One that it knows for other audiences is nobody's.
 *   <li>Unknown tokens cost the cluster a bounded number of calls; a token that was good not long ago does not count among
 *       them, so that a flood of guesses locks nobody out who is known.
 * </ul>
 */
final class TokenReviewAuthenticator implements Authenticator {

    /** Tokens that turn out to be good cost an address nothing. */
    static final int GUESSES_PER_ADDRESS = 20;

    static final double GUESSES_PER_SECOND = 1;

    /**
     * What the administrator chose.
     *
     * @param cluster whose API server is asked; empty for that of the request's target
     * @param audiences that a token must be for; empty for the API server's own
     * @param userPrefix put before each user
     * @param groupPrefix put before each group
     */
    record Choices(Optional<String> cluster, List<String> audiences, String userPrefix, String groupPrefix) {}

    private final Choices choices;
    private final ReviewCalls calls;
    private final RememberedReviews<AuthenticationResult> remembered;
    private final CallBudget<String> clusterBudget;
    private final CallBudget<ByteBuffer> guesses;
    private final ReviewKeys keys = new ReviewKeys();

    TokenReviewAuthenticator(
            Choices choices,
            ReviewCalls calls,
            RememberedReviews<AuthenticationResult> remembered,
            CallBudget<String> clusterBudget,
            CallBudget<ByteBuffer> guesses) {
        this.choices = choices;
        this.calls = calls;
        this.remembered = remembered;
        this.clusterBudget = clusterBudget;
        this.guesses = guesses;
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        if (!(credential instanceof Credential.Bearer bearer)) {
            return AuthenticationResult.notMine();
        }
        String token = bearer.token().reveal();
        String cluster = choices.cluster.orElseGet(request::target);
        List<String> parts = new ArrayList<>(List.of(cluster, token));
        parts.addAll(choices.audiences);
        ByteBuffer key = keys.of(parts);
        try {
            return remembered
                    .get(key, cluster, () -> review(key, cluster, token, request.clientAddress()))
                    .verdict();
        } catch (ReviewFailedException e) {
            return AuthenticationResult.unavailable(e.getMessage());
        }
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of("Bearer");
    }

    private Answer<AuthenticationResult> review(ByteBuffer key, String cluster, String token, InetAddress client)
            throws ReviewFailedException {
        if (remembered.wasGranted(key)) {
            return ask(cluster, token);
        }
        ByteBuffer network = ClientNetwork.of(client);
        if (!guesses.tryTake(network)) {
            throw ReviewFailedException.notAsked("too many unknown tokens from " + client.getHostAddress());
        }
        if (!clusterBudget.tryTake(cluster)) {
            guesses.giveBack(network);
            throw ReviewFailedException.notAsked("too many token reviews of " + cluster);
        }
        boolean known = true;
        try {
            Answer<AuthenticationResult> answer = ask(cluster, token);
            known = !(answer.verdict() instanceof AuthenticationResult.NotMine);
            return answer;
        } finally {
            if (known) {
                guesses.giveBack(network);
            }
        }
    }

    private Answer<AuthenticationResult> ask(String cluster, String token) throws ReviewFailedException {
        JsonObject spec = new JsonObject();
        spec.addProperty("token", token);
        if (!choices.audiences.isEmpty()) {
            JsonArray audiences = new JsonArray();
            choices.audiences.forEach(audiences::add);
            spec.add("audiences", audiences);
        }
        return calls.ask(cluster, spec, status -> answer(status, token));
    }

    private Answer<AuthenticationResult> answer(JsonFields status, String token) throws ReviewFailedException {
        if (!status.flag("authenticated")) {
            // The API server gives its reason as an error: that is how it says no.
            return new Answer<>(AuthenticationResult.notMine(), false, Optional.empty());
        }
        if (!status.text("error").isEmpty()) {
            throw ReviewFailedException.unusable("the answer says authenticated and has an error");
        }
        boolean forUs = choices.audiences.isEmpty()
                || status.texts("audiences").stream().anyMatch(choices.audiences::contains);
        if (!forUs) {
            return new Answer<>(
                    AuthenticationResult.rejected("the token is not for " + String.join(", ", choices.audiences)),
                    false,
                    Optional.empty());
        }
        Identity identity = identity(status.fields("user")
                .orElseThrow(() -> ReviewFailedException.unusable("the answer says authenticated and has no user")));
        Optional<Instant> end = TokenExpiry.of(token);
        return new Answer<>(
                AuthenticationResult.authenticated(
                        end.map(identity::withExpires).orElse(identity)),
                true,
                end);
    }

    private Identity identity(JsonFields user) throws ReviewFailedException {
        String name = user.text("username");
        if (name.isEmpty()) {
            throw ReviewFailedException.unusable("the answer says authenticated and has no user name");
        }
        List<String> groups = new ArrayList<>();
        for (String group : user.texts("groups")) {
            groups.add(choices.groupPrefix + group);
        }
        Map<String, List<String>> extra = new HashMap<>();
        Optional<JsonFields> said = user.fields("extra");
        if (said.isPresent()) {
            for (String key : said.get().object().keySet()) {
                // Kubernetes' own keys are lower case, as they must pass through a header's name.
                extra.computeIfAbsent(key.toLowerCase(Locale.ROOT), first -> new ArrayList<>())
                        .addAll(said.get().texts(key));
            }
        }
        Identity identity = Identity.of(choices.userPrefix + name, "token-review")
                .withGroups(groups)
                .withExtra(extra);
        String uid = user.text("uid");
        return uid.isEmpty() ? identity : identity.withUid(uid);
    }
}
