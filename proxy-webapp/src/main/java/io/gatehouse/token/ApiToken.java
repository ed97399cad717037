package io.gatehouse.token;

import io.gatehouse.spi.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A token that a person has made for a program.
 *
 * @param id names it in the store, and is the part of it that may be shown
 * @param name the person's own for it
 * @param authenticator the administrator's name of the one that had proven the person
 * @param identity as it was proven then, with the groups as they were proven last
 * @param created when it was made
 * @param expires when it ends by itself
 * @param targets the only targets that it is good for; empty for all of the person's
 * @param verbs the only verbs that it is good for, Kubernetes' own or HTTP methods in lower case; empty for all
 * @param mac the keyed hash of its secret part
 */
public record ApiToken(
        String id,
        String name,
        String authenticator,
        Identity identity,
        Instant created,
        Instant expires,
        Set<String> targets,
        Set<String> verbs,
        String mac) {

    public ApiToken {
        targets = Set.copyOf(targets);
        verbs = Set.copyOf(verbs);
    }

    /** The same of a person in other groups. */
    ApiToken withGroups(List<String> groups) {
        return new ApiToken(
                id, name, authenticator, identity.withGroups(groups), created, expires, targets, verbs, mac);
    }
}
