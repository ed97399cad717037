package io.gatehouse.pipeline;

import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names that start with {@code system:} are a cluster's own: an API server that believes headers makes a member of its
 * administrators of whomever they name so. An identity that is made for applications passes on whatever the login gave.
 */
final class ReservedNames {

    private static final String RESERVED = "system:";

    private ReservedNames() {}

    /** What is said to a cluster, or that it is not; a name that was checked against the policy is. */
    static OutboundIdentity kept(Identity identity, OutboundIdentity outbound) {
        if (!(outbound instanceof OutboundIdentity.Headers told)
                || identity.method().equals(Identity.IMPERSONATION)) {
            return outbound;
        }
        List<String> values = told.headers().stream().map(Header::value).toList();
        boolean names = Stream.concat(Stream.of(identity.user()), identity.groups().stream())
                .filter(name -> name.startsWith(RESERVED))
                .anyMatch(name -> values.stream().anyMatch(value -> value.contains(name)));
        return names || values.stream().anyMatch(ReservedNames::namesReserved)
                ? new OutboundIdentity.Refused("the user or a group starts with system:, which is the cluster's own; an"
                        + " identity with allow-system (front-proxy, impersonate) can pass it on")
                : outbound;
    }

    /** One of several names in it is reserved: an identity may have made it of another. */
    private static boolean namesReserved(String value) {
        return Stream.of(value.split("[,;|\\s]+")).anyMatch(name -> name.startsWith(RESERVED));
    }
}
