package io.gatehouse.reload;

import io.gatehouse.pipeline.Route;
import io.gatehouse.plugin.FactoryKind;
import io.gatehouse.spi.StateStore;
import io.gatehouse.target.Target;
import io.gatehouse.target.WebRules.ForeignRedirects;
import java.util.ArrayList;
import java.util.List;

/** What an administrator wrote on purpose and should know the meaning of. */
final class Warnings {

    private Warnings() {}

    /** Of a configuration as a whole, then of its targets. */
    static List<String> of(State state) {
        List<String> warnings = new ArrayList<>(ofStore(state));
        state.rules().routesByTarget().values().forEach(route -> warnings.addAll(of(route)));
        warnings.sort(null);
        return warnings;
    }

    /** What replicas can not read of one another's. */
    static List<String> ofStore(State state) {
        boolean alone = state.config()
                .portal()
                .filter(portal -> portal.keys().isEmpty())
                .map(portal -> state.products()
                        .get(FactoryKind.STATE_STORE + "/" + portal.store().name()))
                .filter(product ->
                        product.call().call(() -> ((StateStore) product.instance()).isShared(), failed -> false))
                .isEmpty();
        return alone
                ? List.of()
                : List.of("warning: the portal's store can be shared, and its keys are this Gatehouse's own: no other"
                        + " replica can read its sessions and tokens. Give all of them one file of keys, with a line"
                        + " \"keys: FILE\" below \"portal:\"");
    }

    private static List<String> of(Route route) {
        Target target = route.target();
        List<String> warnings = new ArrayList<>();
        if (route.sharedOrigin() && !route.ownOrigin()) {
            warnings.add("warning: target \"" + target + "\" lets browsers in on a shared origin (browser-sessions:"
                    + " shared-origin): a page of any target here can act as whoever is logged in");
        }
        if (route.authentication().admitsAnybody()) {
            warnings.add("warning: target \"" + target + "\" lets everybody in whom its authorizers allow (anonymous)");
        }
        if (!route.entry().ignorePaths().isEmpty()) {
            warnings.add("warning: target \"" + target + "\" gives anybody what ignore-paths names, without a login: "
                    + route.entry().ignorePaths());
        }
        if (route.web().foreignRedirects() == ForeignRedirects.PASS) {
            warnings.add(
                    "warning: target \"" + target + "\" may send programs to another host (foreign-redirects: pass):"
                            + " some take their credentials for Gatehouse along");
        }
        if (!target.isEcho() && target.isTls() && !target.verifiesTls()) {
            warnings.add(
                    "warning: target \"" + target + "\" is not verified (insecure-skip-verify): anybody between can"
                            + " read and change what is sent");
        }
        return warnings;
    }
}
