package io.gatehouse.plugin.auditjdbc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which PostgreSQL database: what is taken of a {@code jdbc:postgresql:} URL. The driver has options that load classes,
 * read files and switch off the check of the certificate, so only these are passed on.
 *
 * @param hosts each with its port, if one is written; the driver looks for the primary among them
 * @param database its name
 * @param schema where the tables are; empty for the user's own
 * @param tls how its certificate is checked
 */
record PostgresAddress(List<String> hosts, String database, Optional<String> schema, Tls tls) {

    static final String SCHEME = "jdbc:postgresql:";

    static final String EXPECTED = "expected " + SCHEME + "//host[:port][,host…]/database, with no options but"
            + " sslmode=verify-full|verify-ca|disable and currentSchema; user and password have settings of their own";

    private static final String HOST = "(?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(?::[0-9]{1,5})?";
    private static final Pattern URL = Pattern.compile(
            SCHEME + "//(" + HOST + "(?:," + HOST + "){0,7})/([A-Za-z0-9_$.-]{1,63})(?:\\?([A-Za-z0-9_&=-]{1,200}))?");
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1\\])(:[0-9]+)?");

    /** How the server proves who it is. */
    enum Tls {
        /** By a certificate for its name. */
        VERIFY_FULL("verify-full"),
        /** By a certificate, for whatever name. */
        VERIFY_CA("verify-ca"),
        /** Not at all: in clear. */
        DISABLE("disable");

        private final String word;

        Tls(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        private static Tls of(String word) {
            for (Tls tls : values()) {
                if (tls.word.equals(word)) {
                    return tls;
                }
            }
            throw new IllegalArgumentException(EXPECTED);
        }
    }

    PostgresAddress {
        hosts = List.copyOf(hosts);
    }

    /**
     * Reads a URL.
     *
     * @param verify whether a server on this machine, too, has to prove who it is
     * @throws IllegalArgumentException saying what was expected
     */
    static PostgresAddress parse(String url, boolean verify) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        List<String> hosts = List.of(matcher.group(1).split(","));
        if (!hosts.stream().allMatch(PostgresAddress::hasPossiblePort)) {
            throw new IllegalArgumentException(EXPECTED);
        }
        Map<String, String> options = options(Optional.ofNullable(matcher.group(3)));
        boolean here = hosts.stream().allMatch(host -> LOOPBACK.matcher(host).matches());
        Tls tls = Optional.ofNullable(options.remove("sslmode"))
                .map(Tls::of)
                .orElse(here && !verify ? Tls.DISABLE : Tls.VERIFY_FULL);
        Optional<String> schema = Optional.ofNullable(options.remove("currentSchema"));
        if (!options.isEmpty()
                || schema.filter(name -> !name.matches("[a-z_][a-z0-9_]{0,62}")).isPresent()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return new PostgresAddress(hosts, matcher.group(2), schema, tls);
    }

    private static boolean hasPossiblePort(String host) {
        int colon = host.lastIndexOf(':');
        return host.endsWith("]") || colon < 0 || Integer.parseInt(host.substring(colon + 1)) <= 65_535;
    }

    private static Map<String, String> options(Optional<String> query) {
        Map<String, String> options = new HashMap<>();
        for (String option : query.map(text -> text.split("&", -1)).orElse(new String[0])) {
            int equals = option.indexOf('=');
            if (equals < 1 || options.put(option.substring(0, equals), option.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(EXPECTED);
            }
        }
        return options;
    }

    /** Whether what is sent to it can be read on its way. */
    boolean inClear() {
        return tls == Tls.DISABLE
                && !hosts.stream().allMatch(host -> LOOPBACK.matcher(host).matches());
    }

    /** For the driver, without options. */
    String url() {
        return SCHEME + "//" + String.join(",", hosts) + "/" + database;
    }

    @Override
    public String toString() {
        return String.join(",", hosts) + "/" + database;
    }
}
