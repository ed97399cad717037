package io.gatehouse.plugin.htpasswd;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Judges names and passwords by a password file.
 *
 * <ul>
 *   <li>A name that is not in the file costs the same as one that is: it does the work of an entry of the file, which its
 *       fingerprint picks. Only then it is somebody else's.
 *   <li>A password that was right is remembered ({@link VerifiedPasswords}); equal ones that come together are hashed
 *       once; guesses are slowed down ({@link GuessThrottle}); few hashes run at once ({@link HashingGate}).
 *   <li>A password of more than {@value #MAXIMUM_PASSWORD_BYTES} bytes is wrong without being looked at.
 * </ul>
 */
final class HtpasswdAuthenticator implements LoginAuthenticator {

    static final int MAXIMUM_PASSWORD_BYTES = 1024;

    /** So many requests wait for an answer to somebody else's equal question; they hold the threads of requests. */
    static final int MOST_FOLLOWERS = 64;

    private final Map<String, Account> accounts;
    private final List<PasswordHash> hashes = new ArrayList<>();
    private final Map<String, Identity> identities = new HashMap<>();
    private final String challenge;
    private final String title;
    private final VerifiedPasswords verified;
    private final GuessThrottle throttle;
    private final HashingGate gate;
    private final Map<ByteBuffer, CompletableFuture<Outcome>> running = new ConcurrentHashMap<>();
    private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);

    /** A user of the file. */
    record Account(PasswordHash hash, Identity identity) {}

    private enum Outcome {
        RIGHT,
        WRONG,
        THROTTLED,
        BUSY
    }

    /**
     * @param accounts at least one
     * @param title what the login page calls it
     */
    HtpasswdAuthenticator(Map<String, Account> accounts, String challenge, String title, Clock clock) {
        this(
                accounts,
                challenge,
                title,
                clock,
                new HashingGate(Runtime.getRuntime().availableProcessors()));
    }

    HtpasswdAuthenticator(
            Map<String, Account> accounts, String challenge, String title, Clock clock, HashingGate gate) {
        this.accounts = Map.copyOf(accounts);
        this.accounts.values().forEach(account -> {
            hashes.add(account.hash);
            identities.put(account.identity.user(), account.identity);
        });
        this.challenge = challenge;
        this.title = title;
        this.verified = new VerifiedPasswords(clock);
        this.throttle = new GuessThrottle(clock);
        this.gate = gate;
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        if (!(credential instanceof Credential.Basic basic)) {
            return AuthenticationResult.notMine();
        }
        String user = basic.user();
        byte[] password = basic.password().reveal().getBytes(StandardCharsets.UTF_8);
        Account account = accounts.get(user);
        if (password.length == 0 || password.length > MAXIMUM_PASSWORD_BYTES) {
            return refused(
                    account,
                    "the password for " + quoted(user) + " is empty or longer than " + MAXIMUM_PASSWORD_BYTES
                            + " bytes");
        }
        ByteBuffer fingerprint = verified.fingerprint(user, password);
        if (account != null && verified.contains(fingerprint)) {
            return AuthenticationResult.authenticated(account.identity);
        }
        return switch (checkOnce(fingerprint, user, password, request.clientAddress())) {
            case RIGHT -> AuthenticationResult.authenticated(accounts.get(user).identity);
            case WRONG -> refused(account, "wrong password for " + quoted(user));
            case THROTTLED ->
                refused(
                        account,
                        "too many wrong passwords for " + quoted(user) + " from "
                                + request.clientAddress().getHostAddress() + "; not looked at");
            case BUSY -> AuthenticationResult.unavailable("too many password hashes are being made; try again");
        };
    }

    private static String quoted(String user) {
        return "\"" + user + "\"";
    }

    private static AuthenticationResult refused(Account account, String reason) {
        return account == null ? AuthenticationResult.notMine() : AuthenticationResult.rejected(reason);
    }

    /** Equal questions that come while one is being answered wait for its answer. */
    private Outcome checkOnce(ByteBuffer fingerprint, String user, byte[] password, InetAddress address) {
        CompletableFuture<Outcome> own = new CompletableFuture<>();
        CompletableFuture<Outcome> other = running.putIfAbsent(fingerprint, own);
        if (other != null) {
            return await(other);
        }
        Outcome outcome = Outcome.BUSY;
        try {
            // It may have become known between the first look and this one.
            outcome = verified.contains(fingerprint) ? Outcome.RIGHT : check(fingerprint, user, password, address);
        } finally {
            running.remove(fingerprint);
            own.complete(outcome);
        }
        return outcome;
    }

    private Outcome await(CompletableFuture<Outcome> other) {
        if (!followers.tryAcquire()) {
            return Outcome.BUSY;
        }
        try {
            return other.get(2 * HashingGate.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return Outcome.BUSY;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.BUSY;
        } finally {
            followers.release();
        }
    }

    private Outcome check(ByteBuffer fingerprint, String user, byte[] password, InetAddress address) {
        if (!throttle.tryTake(user, address)) {
            return Outcome.THROTTLED;
        }
        if (!gate.enter()) {
            throttle.giveBack(user, address);
            return Outcome.BUSY;
        }
        try {
            Account account = accounts.get(user);
            boolean matches = (account == null ? standIn(user) : account.hash).matches(password);
            if (account == null || !matches) {
                return Outcome.WRONG;
            }
        } finally {
            gate.leave();
        }
        throttle.giveBack(user, address);
        verified.add(fingerprint);
        return Outcome.RIGHT;
    }

    /** Always the same entry for the same unknown name, and nobody outside can tell which. */
    private PasswordHash standIn(String user) {
        int pick = verified.fingerprint(user, new byte[0]).getInt(0);
        return hashes.get(Math.floorMod(pick, hashes.size()));
    }

    @Override
    public String title() {
        return title;
    }

    /** The file is read again whenever it changes, so that this tells what it says now. */
    @Override
    public Renewal renew(Identity identity, Optional<Secret> grant) {
        Identity now = identities.get(identity.user());
        return now == null
                ? Renewal.ended("the user is not in the file any more")
                : Renewal.renewed(now, Optional.empty());
    }

    @Override
    public boolean renewsWithoutGrant() {
        return true;
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of(challenge);
    }
}
