package io.gatehouse.kubernetes;

/** Changes a request target a little, where it hurts. */
final class Damage {

    private static final String[] THORNS = {
        "/",
        "//",
        "/./",
        "/../",
        "/..;/",
        "%2e",
        "%2F",
        "%5c",
        "%00",
        "%25",
        "%3B",
        "%3b",
        ";",
        "#",
        "?",
        "&",
        "=",
        "+",
        "%",
        "%zz",
        "%4",
        "%C5%BF",
        "%FF",
        "%c0%af",
        "%E2%80%A8",
        "%u002e",
        "\u00e9",
        " ",
        "\t",
        "\\",
        ",",
        "!",
        "&watch",
        "&watch=1",
        "&watch=0",
        "?watch=1",
        "&fieldSelector=metadata.name=other",
        "&labelSelector=((",
        "/watch",
        "/proxy",
        "/namespaces",
        "/status"
    };

    private final Dice dice;

    Damage(Dice dice) {
        this.dice = dice;
    }

    /** Never takes the first slash away. */
    String on(String target) {
        if (target.length() < 2) {
            return target + dice.pick(THORNS);
        }
        int at = 1 + dice.below(target.length() - 1);
        char here = target.charAt(at);
        String before = target.substring(0, at);
        String after = target.substring(at + 1);
        switch (dice.below(8)) {
            case 0, 1:
                return before + dice.pick(THORNS) + here + after;
            case 2:
                return before + after;
            case 3:
                return before + dice.encoded(here) + after;
            case 4:
                return before + flipped(here) + after;
            case 5:
                return before + (char) (dice.oneIn(10) ? dice.below(256) : ' ' + 1 + dice.below(94)) + after;
            case 6:
                return withPartTwice(target, at);
            default:
                return target + dice.pick(THORNS);
        }
    }

    private static char flipped(char c) {
        return Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c);
    }

    /** The segment or pair at a place stands there a second time. */
    private static String withPartTwice(String target, int at) {
        int from = at;
        while (from > 0 && "/&?".indexOf(target.charAt(from)) < 0) {
            from--;
        }
        int to = at + 1;
        while (to < target.length() && "/&?".indexOf(target.charAt(to)) < 0) {
            to++;
        }
        return target.substring(0, to) + target.substring(from);
    }
}
