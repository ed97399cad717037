package io.gatehouse.plugin.ldap;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a DNS record of servers (RFC 2782), such as {@code _ldap._tcp.dc._msdcs.corp.example.com}.
 *
 * @param name the whole name
 * @param domain in which its servers are: what follows the last part that begins with an underscore
 * @param tls whether TLS is there from the first byte
 */
record ServiceRecord(String name, String domain, boolean tls) {

    private static final Pattern NAME = Pattern.compile(
            "_(ldaps?)\\._tcp\\.(?:[A-Za-z0-9_.-]*_[A-Za-z0-9-]+\\.)?([A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*)");

    /** @throws IllegalArgumentException with a message for the administrator */
    static ServiceRecord parse(String text) {
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected _ldap._tcp.domain or _ldaps._tcp.domain");
        }
        return new ServiceRecord(
                text,
                matcher.group(2),
                matcher.group(1).toLowerCase(Locale.ROOT).equals("ldaps"));
    }
}
