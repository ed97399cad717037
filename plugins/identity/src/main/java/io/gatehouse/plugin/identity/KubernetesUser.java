package io.gatehouse.plugin.identity;

import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.UpstreamIdentity;
import java.util.Set;

/**
 * Tells kube-apiserver who asks. Groups that are given are all that count; {@code system:authenticated} is added by
 * kube-apiserver itself.
 *
 * <p>A user or a group that starts with {@code system:} is refused unless it is allowed by name, or is a service account
 * of a namespace that is: those are the cluster's own, and an identity provider must not be able to make somebody
 * {@code system:masters}.
 */
final class KubernetesUser implements UpstreamIdentity {

    static final String RESERVED = "system:";
    static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    /** Behind a namespace: each of its service accounts. */
    static final String EACH = ":*";

    /** The headers that carry it; the names of each way start alike. */
    enum Way {
        /**
         * The host's own credential there needs the verb impersonate
         * ({@code k8s.io/apiserver/pkg/endpoints/filters/impersonation}).
         */
        IMPERSONATION("Impersonate-"),
        /**
         * The host's client certificate there must be the front proxy's
         * ({@code k8s.io/apiserver/pkg/authentication/request/headerrequest}).
         */
        FRONT_PROXY("X-Remote-");

        private final String start;
        private final String user;
        private final String group;
        private final String uid;
        private final String extra;

        Way(String start) {
            this.start = start;
            this.user = start + "User";
            this.group = start + "Group";
            this.uid = start + "Uid";
            this.extra = start + "Extra-";
        }
    }

    private final Way way;
    private final Set<String> allowedReserved;
    private final int maximumGroups;

    /** @param allowedReserved names, and {@code system:serviceaccount:<namespace>:*} */
    KubernetesUser(Way way, Set<String> allowedReserved, int maximumGroups) {
        this.way = way;
        this.allowedReserved = Set.copyOf(allowedReserved);
        this.maximumGroups = maximumGroups;
    }

    @Override
    public Set<String> managedHeaders() {
        return Set.of(way.start);
    }

    @Override
    public boolean keepsReservedNames() {
        return true;
    }

    @Override
    public OutboundIdentity outbound(Identity identity, Credential credential) {
        try {
            HeaderList headers = new HeaderList();
            boolean checked = identity.method().equals(Identity.IMPERSONATION); // each name was allowed by the policy
            if (!checked) {
                requireNotReserved(identity.user(), "the user", isOfAllowedNamespace(identity.user()));
            }
            headers.add(way.user, identity.user(), "the user");
            if (identity.groups().size() > maximumGroups) {
                throw new HeaderList.Unspeakable(
                        "the identity has " + identity.groups().size() + " groups; max-groups is " + maximumGroups);
            }
            for (String group : identity.groups()) {
                if (!checked) {
                    requireNotReserved(group, "a group", false);
                }
                headers.add(way.group, group, "a group");
            }
            if (identity.uid().isPresent()) {
                headers.add(way.uid, identity.uid().get(), "the uid");
            }
            headers.addExtra(way.extra, identity.extra());
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
