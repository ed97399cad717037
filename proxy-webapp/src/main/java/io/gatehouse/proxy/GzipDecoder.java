package io.gatehouse.proxy;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipException;

/** Decodes gzip (RFC 1952) as it comes: one member or several, with all that may stand in their heads. */
final class GzipDecoder implements BodySink {

    private enum State {
        HEAD,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        HEAD_CHECK,
        DATA,
        CHECK,
        BEHIND
    }

    private static final int HEAD_LENGTH = 10;
    private static final int HAS_CHECK = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;

    private final BodySink next;
    private final Inflation inflation = new Inflation(true);
    private final CRC32 check = new CRC32();
    private State state = State.HEAD;
    private int position;
    private int flags;
    private long number;
    private boolean anyMember;

    GzipDecoder(BodySink next) {
        this.next = next;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        int end = from + length;
        while (at < end && state != State.BEHIND) {
            if (state == State.DATA) {
                at = inflate(bytes, at, end);
            } else {
                take(bytes[at++] & 0xff);
            }
        }
    }

    private int inflate(byte[] bytes, int at, int end) throws IOException {
        int left = inflation.inflate(bytes, at, end - at, (decoded, from, length) -> {
            check.update(decoded, from, length);
            next.write(decoded, from, length);
        });
        if (inflation.isFinished()) {
            become(State.CHECK);
        }
        return end - left;
    }

    private void take(int octet) throws IOException {
        switch (state) {
            case HEAD -> head(octet);
            case EXTRA_LENGTH -> {
                number |= (long) octet << 8 * position++;
                if (position == 2) {
                    position = (int) number;
                    state = State.EXTRA;
                    afterHead(position == 0);
                }
            }
            case EXTRA -> afterHead(--position == 0);
            case NAME, COMMENT -> afterHead(octet == 0);
            case HEAD_CHECK -> afterHead(++position == 2);
            default -> check(octet);
        }
    }

    private void head(int octet) throws IOException {
        boolean wrong = position == 0 && octet != 0x1f || position == 1 && octet != 0x8b || position == 2 && octet != 8;
        if (wrong && anyMember) {
            become(State.BEHIND); // padding behind the last member
            return;
        }
        if (wrong) {
            throw new ZipException("not gzip");
        }
        flags = position == 3 ? octet : flags;
        position++;
        afterHead(position == HEAD_LENGTH);
    }

    /** The parts of a head that may be missing, in their order. */
    private void afterHead(boolean partIsOver) {
        if (!partIsOver) {
            return;
        }
        if (state.compareTo(State.EXTRA_LENGTH) < 0 && (flags & HAS_EXTRA) != 0) {
            become(State.EXTRA_LENGTH);
        } else if (state.compareTo(State.NAME) < 0 && (flags & HAS_NAME) != 0) {
            become(State.NAME);
        } else if (state.compareTo(State.COMMENT) < 0 && (flags & HAS_COMMENT) != 0) {
            become(State.COMMENT);
        } else if (state.compareTo(State.HEAD_CHECK) < 0 && (flags & HAS_CHECK) != 0) {
            become(State.HEAD_CHECK);
        } else {
            become(State.DATA);
        }
    }

    private void check(int octet) throws IOException {
        number |= (long) octet << 8 * position++;
        if (position == 4 && number != check.getValue()) {
            throw new ZipException("the checksum is wrong");
        }
        if (position == 8) { // the length need not be looked at as well
            anyMember = true;
            check.reset();
            inflation.reset();
            become(State.HEAD);
        }
    }

    private void become(State newState) {
        state = newState;
        position = 0;
        number = 0;
    }

    @Override
    public void flush() throws IOException {
        next.flush();
    }

    @Override
    public void end() throws IOException {
        boolean between = state == State.HEAD && position == 0;
        if (!between && state != State.BEHIND) {
            throw new ZipException("it ends early");
        }
        next.end();
    }

    @Override
    public void close() {
        inflation.close();
        next.close();
    }
}
