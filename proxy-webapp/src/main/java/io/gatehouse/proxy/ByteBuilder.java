package io.gatehouse.proxy;

import java.util.Arrays;

/** Bytes that are put together. */
final class ByteBuilder {

    private byte[] bytes;
    private int length;

    ByteBuilder(int size) {
        bytes = new byte[size];
    }

    void add(byte octet) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = octet;
    }

    void add(byte[] more, int from, int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
        System.arraycopy(more, from, bytes, length, count);
        length += count;
    }

    void add(byte[] more) {
        add(more, 0, more.length);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }
}
