package io.gatehouse.plugin.acl;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The action column beside a path, as a set of bits.
 *
 * <ul>
 *   <li>HEAD is judged as GET: what tells that a thing is there, and how long it is, is a read of it.
 *   <li>An upgraded request (exec, attach, port-forward, any WebSocket) is allowed by {@code UPGRADE} alone, whatever its
 *       method, so that a role that may read gets no shell: a WebSocket is a GET.
 *   <li>{@code *} is every method and never {@code UPGRADE}: that must be written.
 *   <li>A deny holds for an upgraded request when it names {@code UPGRADE}, the request's own method (the upstream may
 *       ignore the upgrade and answer plainly), or POST (Kubernetes takes exec for a create).
 *   <li>A method that is not known here is allowed by nothing and denied by {@code *}.
 * </ul>
 */
final class Actions {

    static final int GET = 0;
    static final int POST = 1;
    static final int UPGRADE = 6;
    static final int OTHER = 7;
    static final int COUNT = 8;

    private static final int ANY_KNOWN = 0b0011_1111;

    private static final List<String> NAMES =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "UPGRADE", "this method");

    private static final String EXPECTED = "GET, POST, PUT, PATCH, DELETE, OPTIONS, UPGRADE (several joined by |) or *";

    private Actions() {}

    /** The bit of a request's method. */
    static int bitOf(String method) {
        return switch (method) {
            case "GET", "HEAD" -> GET;
            case "POST" -> POST;
            case "PUT" -> 2;
            case "PATCH" -> 3;
            case "DELETE" -> 4;
            case "OPTIONS" -> 5;
            default -> OTHER;
        };
    }

    /** The bits that a deny may name to hold for a request. */
    static int denyMask(int methodBit, boolean upgrade) {
        return upgrade ? 1 << UPGRADE | 1 << methodBit | 1 << POST : 1 << methodBit;
    }

    /** The one bit that an allow must name to hold for a request. */
    static int allowBit(int methodBit, boolean upgrade) {
        return upgrade ? UPGRADE : methodBit;
    }

    static String nameOf(int bit) {
        return NAMES.get(bit);
    }

    static boolean isMethod(String action) {
        return bitOf(action) != OTHER;
    }

    /** What {@code *} stands for. A deny's holds for unknown methods, too. */
    static int any(boolean denies) {
        return denies ? ANY_KNOWN | 1 << OTHER : ANY_KNOWN;
    }

    /**
     * Reads an action column such as {@code GET|POST}.
     *
     * @param denies whether the rule denies
     * @throws IllegalArgumentException with a message for the administrator
     */
    static int parse(String column, boolean denies) {
        return mask(column, action -> bits(action, denies));
    }

    /**
     * The bits of all actions of a column.
     *
     * @param bits reads one of them
     */
    static int mask(String column, ToIntFunction<String> bits) {
        int mask = 0;
        for (String part : column.split("\\|", -1)) {
            int partBits = bits.applyAsInt(part.trim());
            if ((mask & partBits) != 0) {
                throw new IllegalArgumentException(
                        "action \"" + part.trim() + "\" is named twice in \"" + column + "\"");
            }
            mask |= partBits;
        }
        return mask;
    }

    private static int bits(String action, boolean denies) {
        if (action.equals("*")) {
            return any(denies);
        }
        if (action.equals("HEAD")) {
            throw new IllegalArgumentException("HEAD is judged as GET: write GET");
        }
        if (action.equals("UPGRADE")) {
            return 1 << UPGRADE;
        }
        if (isMethod(action)) {
            return 1 << bitOf(action);
        }
        if (KubernetesVerbs.NAMES.contains(action)) {
            throw new IllegalArgumentException("\"" + action
                    + "\" is a Kubernetes verb, for an object that starts with k8s:; a path takes " + EXPECTED);
        }
        throw new IllegalArgumentException("unknown action \"" + action + "\"; expected " + EXPECTED);
    }
}
