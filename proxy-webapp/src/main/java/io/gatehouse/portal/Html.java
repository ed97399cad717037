package io.gatehouse.portal;

/** A page as it is written: markup is ours, and every text is escaped. */
final class Html {

    private final StringBuilder text = new StringBuilder(4_096);

    /** Markup of ours. */
    Html add(String markup) {
        text.append(markup);
        return this;
    }

    /** A text of anybody's. */
    Html text(String plain) {
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                case '\'' -> text.append("&#39;");
                default -> text.append(c);
            }
        }
        return this;
    }

    /** An element of one text. */
    Html element(String name, String plain) {
        return add("<" + name + ">").text(plain).add("</" + name + ">");
    }

    /** A field that is sent along and not shown. */
    Html hidden(String name, String value) {
        return add("<input type=\"hidden\" name=\"")
                .text(name)
                .add("\" value=\"")
                .text(value)
                .add("\">");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
