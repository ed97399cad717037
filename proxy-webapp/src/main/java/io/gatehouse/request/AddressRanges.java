package io.gatehouse.request;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A list of IP addresses and CIDR ranges, RFC 4632 and RFC 4291 2.3. Never asks a name server. */
public final class AddressRanges {

    private record Range(byte[] address, int prefix) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = prefix / 8;
            if (!Arrays.equals(address, 0, whole, other, 0, whole)) {
                return false;
            }
            int rest = prefix % 8;
            int mask = 0xff << (8 - rest) & 0xff;
            return rest == 0 || (address[whole] & mask) == (other[whole] & mask);
        }
    }

    private final List<Range> ranges;

    private AddressRanges(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** No address at all. */
    public static AddressRanges none() {
        return new AddressRanges(List.of());
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code ::1} and the like.
     *
     * @throws IllegalArgumentException naming the text that is not one
     */
    public static AddressRanges of(List<String> texts) {
        List<Range> ranges = new ArrayList<>();
        for (String text : texts) {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            byte[] bytes = parse(address)
                    .map(InetAddress::getAddress)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "\"" + text + "\" is not an IP address or a range such as 10.0.0.0/8"));
            int bits = bytes.length * 8;
            int prefix = slash < 0 ? bits : prefix(text, slash, bits);
            ranges.add(new Range(bytes, prefix));
        }
        return new AddressRanges(ranges);
    }

    private static int prefix(String text, int slash, int bits) {
        String digits = text.substring(slash + 1);
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > bits) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no prefix length between 0 and " + bits + " behind its slash");
        }
        return Integer.parseInt(digits);
    }

    /** Reads an address literal; empty when it is a name or nothing. */
    public static Optional<InetAddress> parse(String literal) {
        if (literal.isEmpty() || literal.length() > 45) {
            return Optional.empty();
        }
        boolean six = literal.indexOf(':') >= 0;
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean hex = c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            if (!digit && c != '.' && !(six && (hex || c == ':'))) {
                return Optional.empty();
            }
        }
        if (!six && !isFourOctets(literal)) {
            return Optional.empty(); // the JDK would take it for a name and ask a name server
        }
        try {
            return Optional.of(InetAddress.getByName(literal));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Digits and dots alone: whether they are four numbers of at most 255, none with a zero in front. */
    private static boolean isFourOctets(String digitsAndDots) {
        int octets = 1;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < digitsAndDots.length(); i++) {
            char c = digitsAndDots.charAt(i);
            if (c == '.') {
                octets++;
                if (digits == 0) {
                    return false;
                }
                digits = 0;
                value = 0;
            } else {
                boolean zeroInFront = digits == 1 && value == 0;
                value = value * 10 + c - '0';
                if (zeroInFront || ++digits > 3 || value > 255) {
                    return false;
                }
            }
        }
        return octets == 4 && digits > 0;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public boolean contains(InetAddress address) {
        if (ranges.isEmpty()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        for (Range range : ranges) {
            if (range.contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}
