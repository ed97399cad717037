package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalTest extends LdapTesting {

    private static final Identity ALICE = Identity.of("alice", "basic");

    private static Renewal renew(LdapAuthenticator authenticator, Identity identity) {
        return authenticator.renew(identity, Optional.empty());
    }

    @Test
    void asksForAPasswordUnderItsTitle() {
        LdapAuthenticator authenticator = create(LdapAuthenticatorFactory.TITLE, "Zoo staff");
        assertThat(authenticator.title()).isEqualTo("Zoo staff");
        assertThat(authenticator.login(null)).isEqualTo(LoginStep.askPassword());
    }

    @Test
    void looksAgainWithoutThePassword() {
        directory.group("dev", TestDirectory.dn("alice"));
        LdapAuthenticator authenticator = create(PersonSettings.USER_PREFIX, "ldap:");
        assertThat(renew(authenticator, Identity.of("ldap:alice", "basic").withGroups(List.of("old"))))
                .isEqualTo(Renewal.renewed(
                        Identity.of("ldap:alice", "basic").withGroups(List.of("dev")), Optional.empty()));
        assertThat(directory.userBinds()).isEmpty();
        assertThat(authenticator.renewsWithoutGrant()).isTrue();
        assertThat(renew(authenticator, ALICE))
                .as("another method's")
                .isEqualTo(Renewal.ended("there is no such user any more"));
    }

    @Test
    void endsForWhoIsGone() {
        LdapAuthenticator authenticator = create();
        directory.delete(TestDirectory.dn("alice"));
        assertThat(renew(authenticator, ALICE)).isEqualTo(Renewal.ended("there is no such user any more"));
        assertThat(renew(authenticator, Identity.of("*", "basic")))
                .isEqualTo(Renewal.ended("there is no such user any more"));
    }

    @ParameterizedTest
    @CsvSource({
        "userAccountControl: 514, the account is disabled",
        "nsAccountLock: TRUE, the account is disabled",
        "msDS-User-Account-Control-Computed: 16, the account is locked",
        "pwdAccountLockedTime: 000001010000Z, the account is locked",
        "msDS-User-Account-Control-Computed: 8388608, the password has expired",
        "pwdLastSet: 0, the password must be changed first",
        "pwdReset: TRUE, the password must be changed first",
        "accountExpires: 132000000000000000, the account has expired"
    })
    void endsForWhoMayNotLogInAnyMore(String line, String words) {
        directory.modify(
                "dn: " + TestDirectory.dn("alice"),
                "changetype: modify",
                "add: " + line.substring(0, line.indexOf(':')),
                line);
        assertThat(renew(create(), ALICE)).isEqualTo(Renewal.ended(words));
    }

    @ParameterizedTest
    @CsvSource({
        "userAccountControl: 512",
        "msDS-User-Account-Control-Computed: 0",
        "pwdLastSet: 133000000000000000",
        "accountExpires: 0",
        "accountExpires: 9223372036854775807",
        "accountExpires: 139000000000000000"
    })
    void goesOnForWhoMay(String line) {
        directory.modify(
                "dn: " + TestDirectory.dn("alice"),
                "changetype: modify",
                "add: " + line.substring(0, line.indexOf(':')),
                line);
        assertThat(renew(create(), ALICE)).isEqualTo(Renewal.renewed(ALICE, Optional.empty()));
    }

    @Test
    void canNotBeToldWithoutADirectory() {
        LdapAuthenticator authenticator = create();
        directory.close();
        assertThat(renew(authenticator, ALICE)).isInstanceOf(Renewal.Unavailable.class);
    }
}
