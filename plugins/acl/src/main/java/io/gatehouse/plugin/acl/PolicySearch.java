package io.gatehouse.plugin.acl;

/** What one decision looks for, and the first lines found so far. Used by one thread, once. */
final class PolicySearch {

    private final long[] keys;
    private final int allowBit;
    private final int denyMask;
    private int allowLine = Grants.NO_LINE;
    private int denyLine = Grants.NO_LINE;

    /** @param keys sorted */
    PolicySearch(long[] keys, int allowBit, int denyMask) {
        this.keys = keys;
        this.allowBit = allowBit;
        this.denyMask = denyMask;
    }

    long[] keys() {
        return keys;
    }

    void found(int[] allowLines, int[] denyLines) {
        if (allowLines.length != 0) {
            allowLine = earlier(allowLine, allowLines[allowBit]);
        }
        if (denyLines.length != 0) {
            for (int mask = denyMask; mask != 0; mask &= mask - 1) {
                denyLine = earlier(denyLine, denyLines[Integer.numberOfTrailingZeros(mask)]);
            }
        }
    }

    private static int earlier(int first, int second) {
        if (first == Grants.NO_LINE) {
            return second;
        }
        return second == Grants.NO_LINE || first < second ? first : second;
    }

    int allowLine() {
        return allowLine;
    }

    int denyLine() {
        return denyLine;
    }
}
