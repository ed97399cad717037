package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.TargetCredential;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the credential of a context from its user. */
final class UserCredentials {

    /** A credential, and what changes when it does. */
    record Made(TargetCredential credential, String generation) {}

    private static final List<String> IMPERSONATION = List.of("as", "as-uid", "as-groups", "as-user-extra");

    private final PemText pem;
    private final Duration execTimeout;
    private final Clock clock;

    UserCredentials(PemText pem, Duration execTimeout, Clock clock) {
        this.pem = pem;
        this.execTimeout = execTimeout;
        this.clock = clock;
    }

    /** @throws UnusableException when the user needs something that is missing or not supported */
    Made of(KubeContext context, KubeEntry cluster, Optional<String> authorities, Optional<KubeEntry> found)
            throws UnusableException {
        if (found.isEmpty()) {
            return new Made(
                    TargetCredential.none(), new Generation().add("none").toString());
        }
        KubeEntry user = found.get();
        refuseUnsupported(user);
        Generation generation = new Generation()
                .add(user.file().toString())
                .add(PlainJson.of(user.body()).toString());
        Optional<KubeEntry> exec = user.child("exec");
        refuseMixture(user, exec.isPresent());
        if (exec.isPresent()) {
            ExecSpec spec = new ExecReader(context, cluster, authorities, user, execTimeout).read(exec.get());
            generation.add(spec.info());
            return new Made(new ExecCredential(spec, clock), generation.toString());
        }
        UserCredential credential = new UserCredential(context.label(), user, clock);
        credential
                .clientKey(pem)
                .ifPresent(
                        key -> generation.add(key.certificates()).add(key.key().reveal()));
        if (user.text("tokenFile").isEmpty()) {
            credential.authorization();
        }
        return new Made(credential, generation.toString());
    }

    private static void refuseUnsupported(KubeEntry user) throws UnusableException {
        if (user.child("auth-provider").isPresent()) {
            throw user.problem("auth-provider is not supported: kubectl dropped it in 1.26, use exec");
        }
        for (String key : IMPERSONATION) {
            if (user.body().get(key) != null) {
                throw user.problem(key + " is not supported: Gatehouse impersonates for its own users");
            }
        }
    }

    private static void refuseMixture(KubeEntry user, boolean exec) throws UnusableException {
        boolean token = user.text("token").isPresent() || user.text("tokenFile").isPresent();
        boolean certificate = user.text("client-certificate").isPresent()
                || user.text("client-certificate-data").isPresent();
        List<String> methods = Stream.of(
                        token ? "token" : "",
                        user.text("username").isPresent() ? "username" : "",
                        exec ? "exec" : "",
                        exec && certificate ? "client-certificate" : "")
                .filter(method -> !method.isEmpty())
                .toList();
        if (methods.size() > 1) {
            throw user.problem("has " + String.join(" and ", methods) + "; only one of them can count");
        }
    }
}
