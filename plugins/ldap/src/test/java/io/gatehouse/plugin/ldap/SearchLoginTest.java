package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchResultReference;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchLoginTest extends LdapTesting {

    private static final AuthenticationResult NOT_MINE = AuthenticationResult.notMine();

    @Test
    void otherCredentialsAreNotItsOwn() {
        LdapAuthenticator authenticator = create();
        assertThat(authenticator.authenticate(new Credential.None(), from(ADDRESS)))
                .isEqualTo(NOT_MINE);
        assertThat(authenticator.authenticate(new Credential.Bearer(Secret.of("x")), from(ADDRESS)))
                .isEqualTo(NOT_MINE);
        assertThat(directory.binds).isEmpty();
    }

    @Test
    void aRightPasswordIsSomebodyAWrongOneIsRejectedAndAnUnknownNameIsSomebodyElses() {
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        assertThat(ask(authenticator, "alice", "wrong"))
                .isEqualTo(AuthenticationResult.rejected("\"alice\": wrong password (49)"));
        assertThat(ask(authenticator, "carol", "secret")).isEqualTo(NOT_MINE);
    }

    @Test
    void looksAnonymouslyWithoutAnAccount() {
        assertThat(ask(create(anonymous()), "alice")).isEqualTo(person("alice"));
        assertThat(directory.binds).containsExactly(TestDirectory.dn("alice"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "ALICE",
                "Alice",
                " alice",
                "alice ",
                "a.smith@example.org",
                "CORP\\alice",
                "alice@corp.example.org"
            })
    void everySpellingIsTheOneUserThatTheEntryNames(String typed) {
        directory.modify(
                "dn: " + TestDirectory.dn("alice"), "changetype: modify", "add: mail", "mail: a.smith@example.org");
        LdapAuthenticator authenticator = create(settings()
                .with(PersonSettings.LOGIN_ATTRIBUTES, List.of("uid", "mail"))
                .with(LdapAuthenticatorFactory.DOMAINS, List.of("corp", "corp.example.org")));
        assertThat(ask(authenticator, typed, "secret of alice")).isEqualTo(person("alice"));
    }

    @Test
    void aPrincipalNameMayBeAnotherThanTheAccountNameWithTheDomain() {
        directory.person("asmith", "userPrincipalName: al@corp.example.org");
        LdapAuthenticator authenticator = create(settings()
                .with(PersonSettings.LOGIN_ATTRIBUTES, List.of("uid", "userPrincipalName"))
                .with(LdapAuthenticatorFactory.DOMAINS, List.of("corp.example.org")));
        assertThat(ask(authenticator, "al@corp.example.org", "secret of asmith"))
                .isEqualTo(person("asmith"));
        directory.person("al");
        assertThat(ask(authenticator, "al", "secret of asmith"))
                .as("what is remembered of one spelling is not said to another")
                .isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(ask(authenticator, "al", "secret of al")).isEqualTo(person("al"));
        assertThat(ask(authenticator, "al@corp.example.org", "secret of al"))
                .isEqualTo(AuthenticationResult.rejected("\"al\": several entries match the name"));
    }

    @Test
    void anUnknownNameCostsABindTooWithoutThePassword() {
        directory.onBind(request ->
                assertThat(request.getRequest().getPassword().stringValue()).isNotEqualTo("a secret of hers"));
        assertThat(ask(create(), "carol", "a secret of hers")).isEqualTo(NOT_MINE);
        assertThat(directory.userBinds()).singleElement().asString().endsWith("," + TestDirectory.BASE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "al*",
                "*)(uid=*))(|(uid=*",
                "admin)(|(x=*",
                "alice)(uid=*",
                "\\2a",
                "\\61lice",
                "alice\\00",
                "alice,ou=people",
                "uid=alice,ou=people,dc=example,dc=org",
                "\"",
                "#",
                "#616c696365",
                "+",
                "alice+cn=Alice",
                "ldap://127.0.0.1:1/",
                "${jndi:ldap://127.0.0.1:1/x}",
                "${env:HOME}"
            })
    void namesAreNoFiltersAndNoDns(String name) {
        assertThat(ask(create(), name, "secret of alice")).isEqualTo(NOT_MINE);
        assertThat(directory.userBinds()).noneMatch(dn -> dn.contains("alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", "alice\u0000", "\u0000", "ali\nce", "alice\u2028"})
    void namesThatNobodyCanHaveAreNotLookedFor(String name) {
        assertThat(ask(create(), name, "secret of alice")).isEqualTo(NOT_MINE);
        assertThat(directory.binds).isEmpty();
        assertThat(directory.searches).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "   ", "\u00a0\t", "\u2003", "\u0000", "secret\u0000", "se\ncret"})
    void emptyAndBlankPasswordsAreRefusedBeforeAnyBind(String password) {
        AuthenticationResult result = ask(create(), "alice", password);
        assertThat(result).isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(directory.binds).isEmpty();
    }

    @Test
    void aVeryLongPasswordIsRefusedBeforeAnyBind() {
        assertThat(ask(create(), "alice", "x".repeat(1025))).isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(directory.binds).isEmpty();
    }

    @Test
    void realNamesMayHaveAnyCharacter() {
        String name = "Zo\u00eb O'Brien, Jr. (ops) *\\";
        directory.add(
                "dn: cn=Zo\u00eb O'Brien\\, Jr. (ops) *\\\\," + TestDirectory.PEOPLE,
                "objectClass: person",
                "cn: " + name,
                "userPassword: secret");
        directory.group("ops", "cn=Zo\u00eb O'Brien\\, Jr. (ops) *\\\\," + TestDirectory.PEOPLE);
        LdapAuthenticator authenticator = create(settings()
                .with(PersonSettings.LOGIN_ATTRIBUTES, List.of("cn"))
                .with(PersonSettings.USER_ATTRIBUTE, "cn"));
        assertThat(ask(authenticator, name, "secret")).isEqualTo(person(name, "ops"));
        assertThat(ask(authenticator, "ZO\u00cb O'Brien, Jr. (ops) *\\", "secret"))
                .isEqualTo(person(name, "ops"));
    }

    @Test
    void ofSeveralNamesOfAnEntryThatOfItsDnCounts() {
        directory.person("dave", "uid: david", "uid: d");
        assertThat(ask(create(), "david", "secret of dave")).isEqualTo(person("dave"));
    }

    @Test
    void withoutOneNameNobodyIsSomebody() {
        LdapAuthenticator authenticator = create(PersonSettings.USER_ATTRIBUTE, "mail");
        assertThat(ask(authenticator, "alice"))
                .isEqualTo(AuthenticationResult.rejected(
                        "\"alice\": the entry has not exactly one mail: " + TestDirectory.dn("alice")));
    }

    @Test
    void severalEntriesOfANameAreNobody() {
        directory.add(
                "dn: uid=alice," + TestDirectory.GROUPS, "objectClass: person", "uid: alice", "userPassword: other");
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice"))
                .isEqualTo(AuthenticationResult.rejected("\"alice\": several entries match the name"));
        assertThat(directory.userBinds()).isEmpty();
    }

    @Test
    void whoDoesNotMatchTheFilterIsUnknown() {
        LdapAuthenticator authenticator = create(PersonSettings.USER_FILTER, "(cn=Alice)");
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        assertThat(ask(authenticator, "bob")).isEqualTo(NOT_MINE);
    }

    @Test
    void prefixesKeepMethodsApart() {
        directory.group("dev", TestDirectory.dn("alice"));
        LdapAuthenticator authenticator = create(
                settings().with(PersonSettings.USER_PREFIX, "ldap:").with(PersonSettings.GROUP_PREFIX, "directory:"));
        assertThat(ask(authenticator, "alice")).isEqualTo(person("ldap:alice", "directory:dev"));
    }

    @Test
    void namesOfKubernetesAreRefusedUnlessAllowed() {
        directory.person("system:admin").group("system:masters", TestDirectory.dn("alice"));
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "system:admin"))
                .isEqualTo(AuthenticationResult.rejected("\"system:admin\": the user starts with system:, which is"
                        + " Kubernetes' own; list it in allow-system to take it"));
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        LdapAuthenticator allowing = create(PersonSettings.ALLOW_SYSTEM, List.of("system:admin", "system:masters"));
        assertThat(ask(allowing, "system:admin")).isEqualTo(person("system:admin"));
        assertThat(ask(allowing, "alice")).isEqualTo(person("alice", "system:masters"));
    }

    @Test
    void referencesToOtherServersAreNotFollowed() {
        directory.onSearch(request -> request.sendSearchReference(
                new SearchResultReference(new String[] {"ldap://127.0.0.1:1/dc=example,dc=org"}, null)));
        assertThat(ask(create(), "alice")).isEqualTo(person("alice"));
        directory.onSearch(request -> {
            throw new LDAPException(
                    ResultCode.REFERRAL, "elsewhere", null, new String[] {"ldap://127.0.0.1:1/dc=example,dc=org"});
        });
        assertThat(ask(create(), "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
    }

    @Test
    void aServiceAccountThatIsRefusedMakesTheLoginUnavailable() {
        LdapAuthenticator authenticator = create(ServerSettings.SERVICE_PASSWORD, Secret.of("old"));
        for (int i = 0; i < 100; i++) {
            assertThat(ask(authenticator, "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
        }
        assertThat(directory.binds).as("not a bind for each login").containsExactly(TestDirectory.SERVICE);
    }
}
