package io.gatehouse.plugin.acl;

/** What one decision looks for, and the first lines found so far. Used by one thread, once. */
final class PolicySearch {

    private final long[] keys;
    private final int allowBit;
    private final int alsoAllowBit;
    private final int denyMask;
    private int allowLine = Grants.NO_LINE;
    private int alsoAllowLine = Grants.NO_LINE;
    private int denyLine = Grants.NO_LINE;

    /**
     * @param keys sorted
     * @param alsoAllowBit a second one that must be allowed, by any line; often the same
     */
    PolicySearch(long[] keys, int allowBit, int alsoAllowBit, int denyMask) {
        this.keys = keys;
        this.allowBit = allowBit;
        this.alsoAllowBit = alsoAllowBit;
        this.denyMask = denyMask;
    }

    /** A search by a bit of {@link Actions}. */
    static PolicySearch ofMethod(long[] keys, int methodBit, boolean upgrade) {
        int allowBit = Actions.allowBit(methodBit, upgrade);
        return new PolicySearch(keys, allowBit, allowBit, Actions.denyMask(methodBit, upgrade));
    }

    long[] keys() {
        return keys;
    }

    void found(int[] allowLines, int[] denyLines) {
        if (allowLines.length != 0) {
            allowLine = earlier(allowLine, allowLines[allowBit]);
            alsoAllowLine = earlier(alsoAllowLine, allowLines[alsoAllowBit]);
        }
        if (denyLines.length != 0) {
            for (int mask = denyMask; mask != 0; mask &= mask - 1) {
                denyLine = earlier(denyLine, denyLines[Integer.numberOfTrailingZeros(mask)]);
            }
        }
    }

    /** The earlier of two lines, of which each may be none. */
    static int earlier(int first, int second) {
        if (first == Grants.NO_LINE) {
            return second;
        }
        return second == Grants.NO_LINE || first < second ? first : second;
    }

    /** The first line that allows; where two things are needed, the later of the two lines. */
    int allowLine() {
        return allowLine == Grants.NO_LINE || alsoAllowLine == Grants.NO_LINE
                ? Grants.NO_LINE
                : Math.max(allowLine, alsoAllowLine);
    }

    /** The first line that denies. */
    int denyLine() {
        return denyLine;
    }
}
