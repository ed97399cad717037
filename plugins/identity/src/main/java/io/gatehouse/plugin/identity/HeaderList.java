package io.gatehouse.plugin.identity;

import io.gatehouse.spi.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the headers for one identity, within {@value #MAXIMUM_BYTES} bytes. */
final class HeaderList {

    static final int MAXIMUM_BYTES = 32 * 1024;

    private static final int BYTES_AROUND = 4;

    private final List<Header> headers = new ArrayList<>();
    private int bytes;

    /** An identity that can not be told; the message does not repeat the value. */
    static final class Unspeakable extends Exception {
        private static final long serialVersionUID = 1L;

        Unspeakable(String message) {
            super(message, null, false, false);
        }
    }

    void add(String name, String value, String what) throws Unspeakable {
        if (value.isEmpty()) {
            throw new Unspeakable(what + " is empty");
        }
        if (!Header.isValue(value)) {
            throw new Unspeakable(what + " has a character that can not stand in a header");
        }
        bytes += name.length() + value.length() + BYTES_AROUND;
        if (bytes > MAXIMUM_BYTES) {
            throw new Unspeakable("the identity needs more than " + MAXIMUM_BYTES + " bytes of headers");
        }
        headers.add(new Header(name, value));
    }

    /** One header for each value, the key escaped into the name. */
    void addExtra(String prefix, Map<String, List<String>> extra) throws Unspeakable {
        for (Map.Entry<String, List<String>> entry : extra.entrySet()) {
            String key = entry.getKey();
            if (key.isEmpty() || !key.equals(key.toLowerCase(Locale.ROOT))) {
                throw new Unspeakable("an extra has a key that is empty or not lower case");
            }
            for (String value : entry.getValue()) {
                add(prefix + escape(key), value, "a value of extra \"" + escape(key) + "\"");
            }
        }
    }

    List<Header> toList() {
        return headers;
    }

    /**
     * A key as the end of a header's name: each byte that may not be in a token, and {@code %}, as {@code %XX}
     * (client-go {@code transport/round_trippers.go}, {@code headerKeyEscape}).
     */
    static String escape(String key) {
        StringBuilder escaped = new StringBuilder(key.length());
        for (byte each : key.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (c != '%' && c < 0x80 && Header.isToken(String.valueOf(c))) {
                escaped.append(c);
            } else {
                escaped.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return escaped.toString();
    }
}
