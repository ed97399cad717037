package io.gatehouse.plugin.mtls;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * The names in a certificate's subject, parsed, never searched as text: a comma or an {@code =} inside a value is part of
 * the value, and an attribute may stand beside others in one RDN.
 *
 * @param commonNames every CN
 * @param organizations every O, in the certificate's order
 */
record CertificateSubject(List<String> commonNames, List<String> organizations) {

    /** @throws IllegalArgumentException with a reason, when a name is not a text that can be a user or a group */
    static CertificateSubject of(X509Certificate certificate) {
        List<String> commonNames = new ArrayList<>();
        List<String> organizations = new ArrayList<>();
        try {
            LdapName name = new LdapName(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
            for (Rdn rdn : name.getRdns()) {
                collect(rdn.toAttributes().get("CN"), "CN", commonNames);
                collect(rdn.toAttributes().get("O"), "O", organizations);
            }
        } catch (InvalidNameException e) {
            throw new IllegalArgumentException("the certificate's subject can not be read", e);
        } catch (NamingException e) {
            throw new IllegalStateException("an attribute in memory failed", e);
        }
        return new CertificateSubject(List.copyOf(commonNames), List.copyOf(organizations));
    }

    private static void collect(Attribute attribute, String type, List<String> values) throws NamingException {
        if (attribute == null) {
            return;
        }
        for (int i = 0; i < attribute.size(); i++) {
            if (!(attribute.get(i) instanceof String value)) {
                throw new IllegalArgumentException("a " + type + " of the certificate is not a text");
            }
            if (value.isBlank()) {
                throw new IllegalArgumentException("a " + type + " of the certificate is empty");
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("a " + type + " of the certificate has a control character");
            }
            values.add(value);
        }
    }
}
