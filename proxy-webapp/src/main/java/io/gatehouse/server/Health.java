package io.gatehouse.server;

import java.util.List;
import java.util.Optional;

/**
 * How Gatehouse is.
 *
 * @param ready whether it serves requests
 * @param oldConfiguration whether a changed configuration is not used because of its problems
 * @param problems how many there were when the configuration was last read
 * @param auditTrouble whether a sink does not write
 * @param refused how many requests were refused so far, as their record could not be kept
 * @param storeTrouble whether the store of sessions and tokens does not answer
 * @param troubled the authenticators that can not do all of their work
 * @param listenerTrouble what is wrong with the certificate of a listener of ours, in words that anybody may read
 */
record Health(
        boolean ready,
        boolean oldConfiguration,
        int problems,
        boolean auditTrouble,
        long refused,
        boolean storeTrouble,
        List<String> troubled,
        Optional<String> listenerTrouble) {

    /** The page of {@code /readyz}: counts, words and names only, as anybody may read it. */
    String page() {
        StringBuilder page = new StringBuilder(ready ? "ok\n" : "not ready\n");
        if (oldConfiguration) {
            page.append("configuration: the last change has ")
                    .append(counted(problems, "problem"))
                    .append(" and is not used\n");
        } else if (problems > 0) {
            page.append("configuration: ")
                    .append(counted(problems, "problem"))
                    .append(", some targets are not usable\n");
        }
        if (auditTrouble) {
            page.append("audit: a sink does not write\n");
        }
        if (refused > 0) {
            page.append("audit: ")
                    .append(counted(refused, "request"))
                    .append(refused == 1 ? " was" : " were")
                    .append(" refused for want of room in the record\n");
        }
        if (storeTrouble) {
            page.append("portal: the store does not answer\n");
        }
        for (String name : troubled) {
            page.append("authenticator ").append(name).append(": has trouble\n");
        }
        listenerTrouble.ifPresent(
                trouble -> page.append("listener: ").append(trouble).append('\n'));
        return page.toString();
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
