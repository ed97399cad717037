package io.gatehouse.proxy;

import java.io.IOException;

/**
 * Rewrites the references in a page as it passes, HTML 13.2.5. Nothing is held back but the value of an attribute that is
 * being read, and everything else stays byte for byte: a page that is no good HTML is none afterwards either. Only ASCII
 * is looked at, so any character set that has it will do; UTF-16 with its mark passes unchanged.
 */
final class HtmlRewriter implements BodySink {

    private enum State {
        TEXT,
        OPEN,
        CLOSE,
        MARKUP,
        MARKUP_DASH,
        COMMENT,
        BOGUS,
        RAW,
        TAG,
        UNICODE
    }

    private final boolean xml;
    private final BodySink next;
    private final ByteBuilder out = new ByteBuilder(20 * 1024);
    private final HtmlTag tag;
    private State state = State.TEXT;
    private int position;
    private int first;
    private RawText raw = RawText.of("");
    private int dashes;
    private boolean pristine;

    /** @param xml whether it is XHTML, where an element may end in its own tag */
    HtmlRewriter(LinkMap links, boolean xml, BodySink next) {
        this.xml = xml;
        this.next = next;
        this.tag = new HtmlTag(links, out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int end = from + length;
        int at = from;
        while (at < end) {
            if (position < 2) {
                lookForMark(bytes[at] & 0xff);
            }
            int plain = plainUntil(bytes, at, end);
            if (plain > at) {
                out.add(bytes, at, plain - at);
                at = plain;
                continue;
            }
            byte octet = bytes[at++];
            take(octet & 0xff);
            if (!tag.isHolding()) {
                out.add(octet);
            }
        }
        hand();
    }

    /** How far nothing has to be looked at. */
    private int plainUntil(byte[] bytes, int from, int end) {
        int at = from;
        if (state == State.UNICODE) {
            return end;
        }
        if (state == State.TEXT && position == 2) {
            while (at < end && bytes[at] != '<') {
                at++;
            }
        }
        return at;
    }

    private void hand() throws IOException {
        if (out.length() > 0) {
            next.write(out.bytes(), 0, out.length());
            out.clear();
        }
    }

    /** The first two bytes tell UTF-16, whatever the head of the answer says (WHATWG Encoding 6). */
    private void lookForMark(int c) {
        if (++position == 2 && (first << 8 | c) == 0xfeff || position == 2 && (first << 8 | c) == 0xfffe) {
            state = State.UNICODE;
        }
        first = c;
    }

    private void take(int c) {
        switch (state) {
            case TEXT -> state = c == '<' ? State.OPEN : State.TEXT;
            case OPEN -> open(c);
            case CLOSE -> close(c);
            case MARKUP -> state = c == '-' ? State.MARKUP_DASH : c == '>' ? State.TEXT : State.BOGUS;
            case MARKUP_DASH -> markupDash(c);
            case COMMENT -> comment(c);
            case BOGUS -> state = c == '>' ? State.TEXT : State.BOGUS;
            case RAW -> raw(c);
            case TAG -> tag(c);
            default -> throw new IllegalStateException("nothing is looked at in " + state);
        }
    }

    private void open(int c) {
        if (isLetter(c)) {
            tag.begin(c, false);
            state = State.TAG;
        } else {
            state = switch (c) {
                case '/' -> State.CLOSE;
                case '!' -> State.MARKUP;
                case '?' -> State.BOGUS;
                case '<' -> State.OPEN;
                default -> State.TEXT;
            };
        }
    }

    private void close(int c) {
        if (isLetter(c)) {
            tag.begin(c, true);
            state = State.TAG;
        } else {
            state = c == '>' ? State.TEXT : State.BOGUS;
        }
    }

    private void markupDash(int c) {
        dashes = 0;
        pristine = true;
        state = c == '-' ? State.COMMENT : c == '>' ? State.TEXT : State.BOGUS;
    }

    /** Ends with {@code -->} and {@code --!>}; {@code <!-->} and {@code <!--->} are whole comments. */
    private void comment(int c) {
        boolean bang = dashes < 0;
        if (c == '>' && (dashes >= 2 || bang || pristine)) {
            state = State.TEXT;
        } else if (c == '-') {
            dashes = bang ? 1 : dashes + 1;
        } else {
            dashes = c == '!' && dashes >= 2 ? -1 : 0;
            pristine = false;
        }
    }

    private void raw(int c) {
        if (raw.endsBefore(c)) {
            tag.beginBehindName();
            state = State.TAG;
            tag(c);
        }
    }

    private void tag(int c) {
        if (!tag.take(c)) {
            return;
        }
        String element = tag.element();
        boolean text = RawText.isIn(element) && !(xml && tag.isSelfClosed());
        raw = text ? RawText.of(element) : raw;
        state = text ? State.RAW : State.TEXT;
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    @Override
    public void flush() throws IOException {
        next.flush();
    }

    /** A page that ends inside a value: what is held back goes on as it is. */
    @Override
    public void end() throws IOException {
        if (tag.isHolding()) {
            tag.release();
            hand();
        }
        next.end();
    }

    @Override
    public void close() {
        next.close();
    }
}
