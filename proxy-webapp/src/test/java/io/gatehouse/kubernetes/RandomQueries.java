package io.gatehouse.kubernetes;

import java.util.function.Supplier;

/** Makes up queries: list options that do and do not decode, in every disguise. */
final class RandomQueries {

    private static final String[] SWITCHES = {
        "1",
        "true",
        "TRUE",
        "yes",
        "",
        "t",
        "0",
        "false",
        "False",
        "fAlSe",
        "fal\u017fe",
        "FAL\u017fE",
        "00",
        "f",
        "no",
        "\uff10",
        " 0",
        "0 ",
        "false\u0000",
        "-0",
        "+0",
        "null"
    };
    private static final String[] NUMBERS = {
        "",
        "0",
        "1",
        "500",
        "-1",
        "+5",
        "+",
        "1_000",
        "0x10",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        " 5",
        "5 ",
        "\u0663",
        "1e3",
        "007",
        "\uff11",
        "1.0",
        "x"
    };
    private static final String[] FIELDS = {
        "metadata.name",
        "metadata.name",
        "metadata.name",
        "metadata.name",
        "metadata.namespace",
        "spec.nodeName",
        "status.phase",
        "",
        "metadata.name ",
        " metadata.name",
        "Metadata.Name",
        "metadata\\.name",
        "metadata.name!",
        "\u00fc"
    };
    private static final String[] FIELD_OPERATORS = {
        "=", "=", "=", "==", "==", "!=", "===", "!==", "=!", "!", ">", " in ", "", "\\="
    };
    private static final String[] FIELD_VALUES = {
        "foo",
        "bar",
        "a",
        "b",
        "",
        "",
        ".",
        "..",
        "...",
        "a/b",
        "a%b",
        "a\\,b",
        "a\\=b",
        "a\\\\b",
        "a\\b",
        "a=b",
        "\\",
        "\\\\",
        " ",
        "a b",
        "\ue000",
        "\ud83d\ude00",
        "\ufb01",
        "\u00fc",
        "n".repeat(300),
        "x\u0000y",
        "\ufffd"
    };
    private static final String[] LABEL_KEYS = {
        "a",
        "app",
        "app.kubernetes.io/name",
        "A_b",
        "a-",
        "-a",
        "a/",
        "/a",
        "a/b/c",
        "A.b/c",
        "a..b/c",
        "in",
        "notin",
        "",
        "\u00fc",
        "k".repeat(63),
        "k".repeat(64),
        "p".repeat(253) + "/x",
        "p".repeat(254) + "/x",
        "!a",
        "!"
    };
    private static final String[] LABEL_OPERATORS = {
        "=",
        "==",
        "!=",
        " = ",
        ">",
        "<",
        "",
        "",
        " in (",
        " notin (",
        " in(",
        " in",
        " not in (",
        "=!",
        ">=",
        "=<",
        "\t=\n",
        "\u000b=",
        "\u00a0=",
        "(",
        "\u0000",
        "=\u0000",
        "\u0000\u0000=",
        " in ()",
        " in (\u0000"
    };
    private static final String[] LABEL_VALUES = {
        "a",
        "b",
        "",
        "1",
        "-1",
        "1.5",
        "9223372036854775808",
        "a.b_c-d",
        "a-",
        "a b",
        "a,b",
        "a,",
        ",b",
        ",",
        "in",
        "(",
        ")",
        "\u00fc",
        "v".repeat(63),
        "v".repeat(64),
        "a/b",
        "a\u0000",
        "\u0000b"
    };
    private static final String[] OTHER_KEYS = {
        "resourceVersion",
        "resourceVersionMatch",
        "continue",
        "allowWatchBookmarks",
        "sendInitialEvents",
        "shardSelector",
        "pretty",
        "follow",
        "command",
        "WATCH",
        "Watch",
        "watch ",
        "fieldselector",
        "fieldSelector[]",
        "",
        "\u00fc"
    };
    private static final String[] SEPARATORS = {"&", "&", "&", "&", "&", "&", "&", "&", "&", "&&", ";", "?", "&;&"};
    /** What may stand in a value as it is; a raw plus is a space. */
    private static final String PLAIN = "!$'()*,=:@/?[]{}|\\^`\"<>";

    private final Dice dice;

    RandomQueries(Dice dice) {
        this.dice = dice;
    }

    /** A query with its question mark, or nothing. */
    String next() {
        StringBuilder query = new StringBuilder();
        for (int i = dice.oneIn(4) ? 0 : 1 + dice.below(4); i > 0; i--) {
            query.append(query.length() == 0 ? "?" : dice.pick(SEPARATORS)).append(pair());
        }
        if (dice.oneIn(3000)) {
            // Go reads none of more than ten thousand.
            query.append(query.length() == 0 ? "?" : "").append("&".repeat(9_990 + dice.below(20)));
        }
        return query.length() == 0 && dice.oneIn(10) ? "?" : query.toString();
    }

    private String pair() {
        switch (dice.below(10)) {
            case 0, 1, 2:
                return pair("watch", () -> dice.pick(SWITCHES));
            case 3, 4, 5:
                return pair("fieldSelector", this::fieldSelector);
            case 6, 7:
                return pair("labelSelector", this::labelSelector);
            case 8:
                return pair(dice.pick("limit", "timeoutSeconds"), () -> dice.pick(NUMBERS));
            default:
                return pair(dice.pick(OTHER_KEYS), () -> dice.pick(SWITCHES));
        }
    }

    private String pair(String key, Supplier<String> value) {
        String spelled = dice.spelled(key, "", 60);
        return dice.oneIn(15) ? spelled : spelled + "=" + value(value.get());
    }

    private String value(String text) {
        String spelled = dice.spelled(text, PLAIN, 60);
        return dice.oneIn(2) ? spelled.replace("%20", "+") : spelled;
    }

    private String fieldSelector() {
        StringBuilder selector = new StringBuilder();
        for (int i = 1 + dice.below(dice.oneIn(3) ? 4 : 1); i > 0; i--) {
            selector.append(dice.pick(FIELDS))
                    .append(dice.pick(FIELD_OPERATORS))
                    .append(dice.pick(FIELD_VALUES));
            selector.append(i > 1 || dice.oneIn(20) ? "," : "");
        }
        return selector.toString();
    }

    private String labelSelector() {
        StringBuilder selector = new StringBuilder();
        for (int i = 1 + dice.below(dice.oneIn(3) ? 4 : 1); i > 0; i--) {
            String operator = dice.pick(LABEL_OPERATORS);
            selector.append(dice.pick(LABEL_KEYS)).append(operator);
            selector.append(operator.isEmpty() ? "" : dice.pick(LABEL_VALUES));
            selector.append(operator.endsWith("(") && !dice.oneIn(10) ? ")" : "");
            selector.append(i > 1 || dice.oneIn(20) ? "," : "");
        }
        return selector.toString();
    }
}
