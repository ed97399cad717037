package io.gatehouse.spi;

import java.util.Set;

/** Tells an upstream who is asking. Called by many requests at once; must not block. */
public interface UpstreamIdentity extends AutoCloseable {

    /**
     * The header names that only this identity may set towards its upstream: the host removes a client's own, in every
     * spelling. A name that ends in {@code -} stands for all that start with it. The well-known ones
     * ({@code Impersonate-*}, {@code X-Remote-*}, {@code X-Forwarded-*}, {@code Authorization}, {@code Cookie} of ours)
     * are managed in any case.
     */
    default Set<String> managedHeaders() {
        return Set.of();
    }

    /**
     * Whether it passes the caller's own credential on, and so must see it. Only {@link Credential.Bearer} is of use to an
     * upstream; one that was proven in another way is refused by what {@link #outbound} answers.
     */
    default boolean passesCredential() {
        return false;
    }

    /**
     * Whether it sees to it by itself that nobody reaches a cluster under a name that starts with {@code system:} but whom
     * an administrator has allowed to. Towards a Kubernetes target the host refuses whoever has such a name where it is
     * part of a header of an identity that does not.
     */
    default boolean keepsReservedNames() {
        return false;
    }

    /**
     * The headers for an identity, or why it can not be told to this upstream (the request ends as 403).
     *
     * @param credential what the caller has shown; {@link Credential.None} unless {@link #passesCredential}
     */
    OutboundIdentity outbound(Identity identity, Credential credential);

    @Override
    default void close() {}
}
