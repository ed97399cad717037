package io.gatehouse.plugin.github;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Secret;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/**
 * Judges what programs bring: personal access tokens, known by how they begin. Equal ones that come together are asked
 * for once, only so many wait for GitHub, and one address may bring only so many that do not hold.
 */
final class PersonalTokens {

    static final int PLACES = 32;

    private static final String CLASSIC = "ghp_";
    private static final String FINE_GRAINED = "github_pat_";
    private static final String OF_APPLICATIONS = "gh[ousr]_.*";
    private static final String WHOLE = "[A-Za-z0-9_]{20,255}";
    private static final long PATIENCE_SECONDS = 9;

    private final boolean fineGrained;
    private final RememberedTokens remembered;
    private final UnknownTokens unknown;
    private final BiFunction<Secret, Boolean, AuthenticationResult> question;
    private final Map<ByteBuffer, CompletableFuture<AuthenticationResult>> running = new ConcurrentHashMap<>();
    private final Semaphore places = new Semaphore(PLACES);

    /**
     * @param fineGrained whether those are taken that show one organisation only
     * @param question asks GitHub about a token, which has scopes or has not
     */
    PersonalTokens(
            boolean fineGrained,
            RememberedTokens remembered,
            UnknownTokens unknown,
            BiFunction<Secret, Boolean, AuthenticationResult> question) {
        this.fineGrained = fineGrained;
        this.remembered = remembered;
        this.unknown = unknown;
        this.question = question;
    }

    AuthenticationResult judge(Secret token, InetAddress client) {
        String text = token.reveal();
        if (text.matches(OF_APPLICATIONS)) {
            // Any application that somebody has let in could act as them here.
            return AuthenticationResult.rejected("a token of an application; only personal access tokens are taken");
        }
        boolean classic = text.startsWith(CLASSIC);
        if (!classic && !text.startsWith(FINE_GRAINED)) {
            return AuthenticationResult.notMine();
        }
        if (!classic && !fineGrained) {
            return AuthenticationResult.rejected("fine-grained tokens are not taken (personal-access-tokens)");
        }
        if (!text.matches(WHOLE)) {
            return AuthenticationResult.rejected("not a whole personal access token");
        }
        ByteBuffer fingerprint = remembered.fingerprint(text);
        Optional<AuthenticationResult> known = remembered.find(fingerprint);
        return known.isPresent() ? known.get() : ask(fingerprint, token, classic, client);
    }

    private AuthenticationResult ask(ByteBuffer fingerprint, Secret token, boolean classic, InetAddress client) {
        if (!places.tryAcquire()) {
            return AuthenticationResult.unavailable("too many tokens wait for GitHub");
        }
        try {
            CompletableFuture<AuthenticationResult> own = new CompletableFuture<>();
            CompletableFuture<AuthenticationResult> other = running.putIfAbsent(fingerprint, own);
            return other == null ? lead(fingerprint, token, classic, client, own) : follow(other);
        } finally {
            places.release();
        }
    }

    private AuthenticationResult lead(
            ByteBuffer fingerprint,
            Secret token,
            boolean classic,
            InetAddress client,
            CompletableFuture<AuthenticationResult> own) {
        AuthenticationResult result = AuthenticationResult.unavailable("an equal token could not be judged");
        try {
            // It may have become known between the first look and this one.
            Optional<AuthenticationResult> known = remembered.find(fingerprint);
            result = known.isPresent() ? known.get() : once(fingerprint, token, classic, client);
            return result;
        } finally {
            running.remove(fingerprint);
            own.complete(result);
        }
    }

    private AuthenticationResult once(ByteBuffer fingerprint, Secret token, boolean classic, InetAddress client) {
        if (!unknown.tryOne(client)) {
            return AuthenticationResult.unavailable("too many tokens that do not hold from " + client.getHostAddress()
                    + "; this one was not looked at");
        }
        AuthenticationResult result = question.apply(token, classic);
        if (!(result instanceof AuthenticationResult.Rejected)) {
            unknown.giveBack(client);
        }
        remembered.remember(fingerprint, result);
        return result;
    }

    private static AuthenticationResult follow(CompletableFuture<AuthenticationResult> other) {
        try {
            return other.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return AuthenticationResult.unavailable("an equal token was not answered");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AuthenticationResult.unavailable("interrupted");
        }
    }
}
