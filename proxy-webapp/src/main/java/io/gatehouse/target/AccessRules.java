package io.gatehouse.target;

import java.util.List;

/**
 * Who may reach a target, and as whom.
 *
 * @param authenticators in the order in which they are asked; {@code anonymous} is the word that opens
 * @param authorizers empty: nobody may
 * @param all whether every authorizer must allow, or one is enough; a deny always wins
 * @param identity the upstream identity
 * @param impersonation whether {@code Impersonate-} headers of clients are judged; they are refused otherwise
 * @param entry what is taken at all
 * @param sharedOrigin whether browsers may use what they send by themselves here although the origin is shared with other
 *     targets
 */
public record AccessRules(
        List<String> authenticators,
        List<String> authorizers,
        boolean all,
        String identity,
        boolean impersonation,
        EntryRules entry,
        boolean sharedOrigin) {}
