package io.gatehouse.plugin.identity;

import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.UpstreamIdentity;
import java.util.Set;

/**
 * Tells kube-apiserver who asks, in {@code Impersonate-*} headers
 * ({@code k8s.io/apiserver/pkg/endpoints/filters/impersonation.go}): the host's own credential there needs the verb
 * impersonate. Groups that are given are all that count; {@code system:authenticated} is added by kube-apiserver itself.
 *
 * <p>A user or a group that starts with {@code system:} is refused unless it is allowed by name, or is a service account of
 * a namespace that is: those are the cluster's own, and an identity provider must not be able to make somebody {@code system:masters}.
 */
final class Impersonate implements UpstreamIdentity {

    static final String RESERVED = "system:";
    static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    /** Behind a namespace: each of its service accounts. */
    static final String EACH = ":*";

    private final Set<String> allowedReserved;
    private final int maximumGroups;

    /** @param allowedReserved names, and {@code system:serviceaccount:<namespace>:*} */
    Impersonate(Set<String> allowedReserved, int maximumGroups) {
        this.allowedReserved = Set.copyOf(allowedReserved);
        this.maximumGroups = maximumGroups;
    }

    @Override
    public Set<String> managedHeaders() {
        return Set.of("Impersonate-");
    }

    @Override
    public OutboundIdentity outbound(Identity identity, Credential credential) {
        try {
            HeaderList headers = new HeaderList();
            boolean checked = identity.method().equals(Identity.IMPERSONATION); // each name was allowed by the policy
            if (!checked) {
                requireNotReserved(identity.user(), "the user", isOfAllowedNamespace(identity.user()));
            }
            headers.add("Impersonate-User", identity.user(), "the user");
            if (identity.groups().size() > maximumGroups) {
                throw new HeaderList.Unspeakable(
                        "the identity has " + identity.groups().size() + " groups; max-groups is " + maximumGroups);
            }
            for (String group : identity.groups()) {
                if (!checked) {
                    requireNotReserved(group, "a group", false);
                }
                headers.add("Impersonate-Group", group, "a group");
            }
            if (identity.uid().isPresent()) {
                headers.add("Impersonate-Uid", identity.uid().get(), "the uid");
            }
            headers.addExtra("Impersonate-Extra-", identity.extra());
            return new OutboundIdentity.Headers(headers.toList());
        } catch (HeaderList.Unspeakable e) {
            return new OutboundIdentity.Refused(e.getMessage());
        }
    }

    /** Whether it is {@code system:serviceaccount:<namespace>:<name>} of a namespace that is allowed as a whole. */
    private boolean isOfAllowedNamespace(String user) {
        int colon = user.lastIndexOf(':');
        return user.startsWith(SERVICE_ACCOUNT)
                && colon < user.length() - 1
                && allowedReserved.contains(user.substring(0, colon) + EACH);
    }

    private void requireNotReserved(String name, String what, boolean allowed) throws HeaderList.Unspeakable {
        if (name.startsWith(RESERVED) && !allowed && !allowedReserved.contains(name)) {
            throw new HeaderList.Unspeakable(what + " starts with system:, which is the cluster's own; list it in"
                    + " allow-system to pass it on");
        }
    }
}
