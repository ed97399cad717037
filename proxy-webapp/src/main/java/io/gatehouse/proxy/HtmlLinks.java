package io.gatehouse.proxy;

/** Rewrites the values of attributes that hold references, byte for byte the same but where a reference is the upstream's. */
final class HtmlLinks {

    private final LinkMap links;
    private boolean foreignBase;

    HtmlLinks(LinkMap links) {
        this.links = links;
    }

    /** Gives a sink a value as the client is to see it. */
    void rewrite(HtmlReferences.Form form, byte[] value, int length, ByteBuilder sink) {
        AttributeText text = new AttributeText(value, length);
        int done = switch (form) {
            case REFERENCE -> reference(text, 0, text.text().length(), sink);
            case BASE -> base(text, sink);
            case SET -> set(text, sink);
            case REFRESH -> refresh(text, sink);
        };
        text.copy(done, text.text().length(), sink);
    }

    /** Once relative references count from another host, paths are that host's. */
    private int base(AttributeText text, ByteBuilder sink) {
        int done = reference(text, 0, text.text().length(), sink);
        foreignBase |= links.read(text.text()).kind() == LinkMap.Kind.FOREIGN;
        return done;
    }

    /** @return how much of the text was given to the sink */
    private int reference(AttributeText text, int from, int to, ByteBuilder sink) {
        LinkMap.Reading reading = links.read(text.text().substring(from, to));
        boolean ours = reading.kind() == LinkMap.Kind.PATH || reading.kind() == LinkMap.Kind.OWN;
        if (!ours || foreignBase) {
            return from;
        }
        text.copy(from, from + reading.from(), sink);
        AttributeText.escape(reading.replacement(), sink);
        return from + reading.to();
    }

    private int refresh(AttributeText text, ByteBuilder sink) {
        int start = RefreshTarget.start(text.text());
        if (start < 0) {
            return 0;
        }
        text.copy(0, start, sink);
        return reference(text, start, text.text().length(), sink);
    }

    /** The image candidates of HTML 4.8.4.3.10: a reference, then what stands up to a comma outside parentheses. */
    private int set(AttributeText text, ByteBuilder sink) {
        String set = text.text();
        int done = 0;
        int at = 0;
        while (at < set.length()) {
            while (at < set.length() && (isBlank(set.charAt(at)) || set.charAt(at) == ',')) {
                at++;
            }
            int end = at;
            while (end < set.length() && !isBlank(set.charAt(end))) {
                end++;
            }
            boolean bare = end > at && set.charAt(end - 1) == ',';
            text.copy(done, at, sink);
            done = reference(text, at, end, sink);
            at = bare ? end : descriptorEnd(set, end);
        }
        return done;
    }

    private static int descriptorEnd(String set, int from) {
        boolean within = false;
        int at = from;
        while (at < set.length() && (within || set.charAt(at) != ',')) {
            within = set.charAt(at) == '(' || within && set.charAt(at) != ')';
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }
}
