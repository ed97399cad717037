package io.gatehouse.plugin.acl;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The action column beside a Kubernetes object, as a set of bits.
 *
 * <p>{@code *} allows neither {@code deletecollection}, which empties a namespace with one request, nor
 * {@code impersonate}, which lends what others may: these must be written. A deny's {@code *} holds for every verb, for
 * those too that are not known here.
 */
final class KubernetesVerbs {

    static final int GET = 0;
    static final int LIST = 1;
    static final int WATCH = 2;
    static final int CREATE = 3;
    static final int DELETE_COLLECTION = 7;
    static final int IMPERSONATE = 8;
    static final int OTHER = 9;
    static final int COUNT = 10;

    /** Verbs whose requests may be about the objects of all namespaces. */
    static final int COLLECTIONS = 1 << LIST | 1 << WATCH | 1 << DELETE_COLLECTION;

    /** By bit. */
    static final List<String> NAMES =
            List.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate");

    private static final int EVERY = (1 << COUNT) - 1;
    private static final int ANY_ALLOWED = EVERY & ~(1 << DELETE_COLLECTION | 1 << IMPERSONATE | 1 << OTHER);

    private static final Set<String> ASKED_INSIDE =
            Set.of("approve", "attest", "bind", "escalate", "request-serviceaccounts-token-audience", "sign", "use");

    private KubernetesVerbs() {}

    /** The bit of a request's verb. */
    static int bitOf(String verb) {
        return switch (verb) {
            case "get" -> GET;
            case "list" -> LIST;
            case "watch" -> WATCH;
            case "create" -> CREATE;
            case "update" -> 4;
            case "patch" -> 5;
            case "delete" -> 6;
            case "deletecollection" -> DELETE_COLLECTION;
            case "impersonate" -> IMPERSONATE;
            default -> OTHER;
        };
    }

    static String nameOf(int bit) {
        return bit == OTHER ? "this verb" : NAMES.get(bit);
    }

    /**
     * Reads an action column such as {@code get|list|watch}.
     *
     * @param denies whether the rule denies
     * @throws IllegalArgumentException with a message for the administrator
     */
    static int parse(String column, boolean denies) {
        return Actions.mask(column, verb -> bits(verb, denies));
    }

    private static int bits(String verb, boolean denies) {
        if (verb.equals("*")) {
            return denies ? EVERY : ANY_ALLOWED;
        }
        int bit = bitOf(verb);
        if (bit != OTHER) {
            return 1 << bit;
        }
        if (verb.equals("UPGRADE")) {
            throw new IllegalArgumentException(
                    "\"UPGRADE\" is for paths; an exec, attach or portforward is a create: write create");
        }
        if (verb.equals("HEAD") || Actions.isMethod(verb)) {
            throw new IllegalArgumentException(
                    "\"" + verb + "\" is an HTTP method; a Kubernetes object takes " + expected());
        }
        String lower = verb.toLowerCase(Locale.ROOT);
        if (NAMES.contains(lower)) {
            throw new IllegalArgumentException("verb \"" + verb + "\" is not lower case; write \"" + lower + "\"");
        }
        if (ASKED_INSIDE.contains(verb)) {
            throw new IllegalArgumentException("no request has the verb \"" + verb
                    + "\", which the API server asks for by itself; expected " + expected());
        }
        throw new IllegalArgumentException(
                "unknown verb \"" + verb + "\"." + NearestWord.hint(lower, NAMES) + " Expected " + expected());
    }

    private static String expected() {
        return String.join(", ", NAMES) + " (several joined by |) or *";
    }
}
