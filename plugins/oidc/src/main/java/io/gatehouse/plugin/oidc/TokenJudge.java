package io.gatehouse.plugin.oidc;

import io.gatehouse.plugin.oidc.SigningKeys.Finding;
import java.util.Set;

/** Tells whether a token of the issuer is genuine: by its signature alone, nothing of its claims is looked at. */
final class TokenJudge {

    /** Of a token that somebody brings, or that a login gave. */
    static final Set<String> IDENTITY_TYPES = Set.of("jwt", "at+jwt");

    private final Provider provider;
    private final Set<String> algorithms;

    /** @param algorithms asymmetric ones */
    TokenJudge(Provider provider, Set<String> algorithms) {
        this.provider = provider;
        this.algorithms = Set.copyOf(algorithms);
    }

    /**
     * Verifies the signature, once more with newer keys when the token's key is not known.
     *
     * @param types the values of {@code typ} that are taken
     * @return the keys by which it holds
     */
    SigningKeys verify(CompactToken token, Set<String> types)
            throws RefusedTokenException, ProviderUnavailableException {
        Provider.Known known = provider.current();
        Finding finding = known.keys().verify(token, algorithms, types);
        if (finding == Finding.UNKNOWN_KEY) {
            Provider.Known newer = provider.newerThan(known);
            if (newer.keys() != known.keys()) {
                known = newer;
                finding = known.keys().verify(token, algorithms, types);
            }
        }
        if (finding != Finding.HOLDS) {
            throw new RefusedTokenException(
                    finding == Finding.WRONG ? "the signature is wrong" : "the issuer has no such key (kid)");
        }
        return known.keys();
    }
}
