package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Renewal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectLoginTest extends LdapTesting {

    private static final String DN_TEMPLATE = "uid={user}," + TestDirectory.PEOPLE;
    private static final String PRINCIPAL = "{user}@corp.example.org";
    private static final String DOWN_LEVEL = "CORP\\{user}";

    @BeforeEach
    void namesOfActiveDirectory() {
        takes(Map.of(
                "alice@corp.example.org", TestDirectory.dn("alice"),
                "CORP\\alice", TestDirectory.dn("alice"),
                "bob@corp.example.org", TestDirectory.dn("bob")));
    }

    /** The library's own takes DNs only. */
    private void takes(Map<String, String> names) {
        directory.onBind(request -> {
            SimpleBindRequest bind = request.getRequest();
            String dn = names.get(bind.getBindDN());
            if (dn != null) {
                request.setRequest(new SimpleBindRequest(dn, bind.getPassword().stringValue(), bind.getControls()));
            } else if (!bind.getBindDN().contains("=")) {
                throw new LDAPException(
                        ResultCode.INVALID_CREDENTIALS, "comment: AcceptSecurityContext error, data 52e, v1db1");
            }
        });
    }

    private LdapAuthenticator direct(String template) {
        return create(anonymous().with(LdapAuthenticatorFactory.BIND_AS, template));
    }

    @Test
    void bindsByADnAndReadsThatEntry() {
        directory.group("dev", TestDirectory.dn("alice"));
        LdapAuthenticator authenticator = direct(DN_TEMPLATE);
        assertThat(ask(authenticator, "ALICE", "secret of alice")).isEqualTo(person("alice", "dev"));
        assertThat(directory.binds).containsExactly("uid=ALICE," + TestDirectory.PEOPLE);
        assertThat(ask(authenticator, "alice", "wrong"))
                .isEqualTo(AuthenticationResult.rejected("\"alice\": wrong password (49)"));
    }

    @Test
    void aDnIsBuiltOfItsPartsWhateverIsTyped() {
        LdapAuthenticator authenticator = direct(DN_TEMPLATE);
        for (String name : List.of(
                "alice,ou=people", "alice+cn=x", "#616c696365", "\"alice\"", "alice\\", " alice ", "\\61lice")) {
            ask(authenticator, name, "secret of alice");
        }
        assertThat(directory.binds)
                .containsExactly(
                        "uid=alice\\,ou=people," + TestDirectory.PEOPLE,
                        "uid=alice\\+cn=x," + TestDirectory.PEOPLE,
                        "uid=\\#616c696365," + TestDirectory.PEOPLE,
                        "uid=\\\"alice\\\"," + TestDirectory.PEOPLE,
                        "uid=alice\\\\," + TestDirectory.PEOPLE,
                        "uid=\\ alice\\ ," + TestDirectory.PEOPLE,
                        "uid=\\\\61lice," + TestDirectory.PEOPLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "Alice", "alice@corp.example.org", "ALICE@CORP.EXAMPLE.ORG"})
    void bindsByPrincipalName(String typed) {
        takes(Map.of(
                "alice@corp.example.org", TestDirectory.dn("alice"),
                "Alice@corp.example.org", TestDirectory.dn("alice"),
                "ALICE@corp.example.org", TestDirectory.dn("alice")));
        assertThat(ask(direct(PRINCIPAL), typed, "secret of alice")).isEqualTo(person("alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "CORP\\alice", "corp\\alice"})
    void bindsByDownLevelName(String typed) {
        assertThat(ask(direct(DOWN_LEVEL), typed, "secret of alice")).isEqualTo(person("alice"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice@other.example.org",
                "OTHER\\alice",
                "CORP\\CORP\\alice",
                "a\"b",
                "a/b",
                "a[b",
                "*",
                "uid=alice",
                "S-1-5;x",
                "a@b@corp.example.org"
            })
    void namesThatNoAccountHasAreNotBoundWith(String typed) {
        assertThat(ask(direct(PRINCIPAL), typed, "secret of alice")).isEqualTo(AuthenticationResult.notMine());
        assertThat(directory.binds).isEmpty();
    }

    @Test
    void whoeverHasAnothersNameAsPrincipalNameIsNotThatOther() {
        takes(Map.of("alice@corp.example.org", TestDirectory.dn("bob")));
        assertThat(ask(direct(PRINCIPAL), "alice", "secret of bob"))
                .isEqualTo(
                        AuthenticationResult.rejected("\"alice\": the password is that of another account than of the"
                                + " entry with this name: wrong password (49)"));
    }

    @Test
    void whoIsNotFoundIsRefused() {
        LdapAuthenticator authenticator = create(anonymous()
                .with(LdapAuthenticatorFactory.BIND_AS, PRINCIPAL)
                .with(PersonSettings.USER_FILTER, "(cn=Alice)"));
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        assertThat(ask(authenticator, "bob"))
                .isEqualTo(AuthenticationResult.rejected("\"bob\": the password is right, but no entry matches the name"
                        + " (search-base, user-filter, login-attributes)"));
    }

    @Test
    void anUnknownNameIsSomebodyElsesWhereTheDirectorySaysSo() {
        directory.onBind(request -> {
            throw new LDAPException(ResultCode.INVALID_CREDENTIALS, "AcceptSecurityContext error, data 525, v1db1");
        });
        assertThat(ask(direct(PRINCIPAL), "carol", "x")).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void spellingsShareTheirGuesses() {
        LdapAuthenticator authenticator = direct(PRINCIPAL);
        for (String name :
                List.of("alice", "ALICE", "Alice", "aLice", "alIce", "aliCe", "al\u00efce", "alice@corp.example.org")) {
            assertThat(ask(authenticator, name, "wrong")).isInstanceOf(AuthenticationResult.Rejected.class);
        }
        assertThat(directory.binds).hasSize(GuessThrottle.GUESSES_PER_PERSON);
    }

    @Test
    void nobodyCanBeLookedUpAgain() {
        LdapAuthenticator direct = direct(PRINCIPAL);
        assertThat(direct.renew(Identity.of("alice", "basic"), Optional.empty()))
                .isEqualTo(Renewal.ended("with bind-as nobody can be looked up without their password"));
        assertThat(direct.renewsWithoutGrant()).isFalse();
    }
}
