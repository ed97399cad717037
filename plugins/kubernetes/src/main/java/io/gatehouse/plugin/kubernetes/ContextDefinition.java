package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.TargetDefinition;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Makes the target of a context. */
final class ContextDefinition {

    /** Where the target of a context leads that has no usable address; it is never asked, as there are no credentials. */
    private static final URI NOWHERE = URI.create("https://unusable.invalid");

    private final PemText pem;
    private final UserCredentials users;

    ContextDefinition(PemText pem, UserCredentials users) {
        this.pem = pem;
        this.users = users;
    }

    /** @throws UnusableException when the context needs something that is missing or not supported */
    TargetDefinition of(String name, KubeContext context) throws UnusableException {
        KubeEntry cluster = context.requireCluster();
        if (cluster.text("proxy-url").isPresent()) {
            throw cluster.problem("proxy-url is not supported");
        }
        URI server = server(cluster);
        Optional<String> authorities = pem.certificates(cluster, "certificate-authority");
        boolean insecure = cluster.flag("insecure-skip-tls-verify");
        if (insecure && authorities.isPresent()) {
            throw cluster.problem("insecure-skip-tls-verify and certificate-authority exclude each other");
        }
        Optional<KubeEntry> user = context.findUser();
        UserCredentials.Made made = users.of(context, cluster, authorities, user);
        return new TargetDefinition(
                name,
                server,
                true,
                authorities,
                cluster.text("tls-server-name"),
                insecure,
                made.credential(),
                made.generation());
    }

    /** A target in the place of a context that can not be used: every request to it fails with the reason. */
    static TargetDefinition unusable(String name, String reason) {
        return new TargetDefinition(
                name,
                NOWHERE,
                true,
                Optional.empty(),
                Optional.empty(),
                false,
                () -> {
                    throw new CredentialUnavailableException(reason);
                },
                new Generation().add("unusable").add(reason).toString());
    }

    private static URI server(KubeEntry cluster) throws UnusableException {
        Optional<String> text = cluster.text("server");
        if (text.isEmpty()) {
            throw cluster.problem("server: is missing");
        }
        return parse(text.get()).orElseThrow(() -> cluster.problem("server: expected https://host:port, or http://"));
    }

    /** An address that a target can have. */
    static Optional<URI> parse(String text) {
        try {
            URI uri = new URI(text);
            boolean usable = ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            return usable ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
