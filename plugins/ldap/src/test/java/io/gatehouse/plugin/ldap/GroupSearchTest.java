package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.util.Base64;
import io.gatehouse.spi.AuthenticationResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupSearchTest extends LdapTesting {

    private static final String ALICE = TestDirectory.dn("alice");

    private LdapAuthenticator by(String way) {
        return create(settings()
                .with(PersonSettings.GROUPS_BY, way)
                .with(PersonSettings.GROUP_BASE, TestDirectory.GROUPS)
                .with(PersonSettings.GROUP_FILTER, "(objectClass=groupOfNames)"));
    }

    private static String group(String name) {
        return TestDirectory.groupDn(name);
    }

    private void memberOf(String dn, String... groups) {
        List<String> ldif = new ArrayList<>(List.of("dn: " + dn, "changetype: modify", "add: memberOf"));
        Arrays.stream(groups).map(name -> "memberOf: " + group(name)).forEach(ldif::add);
        directory.modify(ldif.toArray(String[]::new));
    }

    /** Nested twice, and two that are in each other. */
    private void nestedGroups() {
        directory
                .group("dev", ALICE)
                .group("staff", group("dev"), TestDirectory.dn("bob"))
                .group("everybody", group("staff"), group("loop"))
                .group("loop", group("everybody"), group("loop"))
                .group("ops", TestDirectory.dn("bob"));
        memberOf(ALICE, "dev");
        memberOf(group("dev"), "staff");
        memberOf(group("staff"), "everybody");
        memberOf(group("everybody"), "loop");
        memberOf(group("loop"), "everybody", "loop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"member", "member-of"})
    void walksThroughNestedGroupsAndLoops(String way) {
        nestedGroups();
        assertThat(groups(ask(by(way), "alice"))).containsExactly("dev", "staff", "everybody", "loop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"member", "member-of"})
    void staysWithItsOwnGroupsWhenNotNested(String way) {
        nestedGroups();
        LdapAuthenticator authenticator =
                create(settings().with(PersonSettings.GROUPS_BY, way).with(PersonSettings.NESTED, false));
        assertThat(groups(ask(authenticator, "alice"))).containsExactly("dev");
    }

    @Test
    void asksForNone() {
        nestedGroups();
        assertThat(groups(ask(by("none"), "alice"))).isEmpty();
    }

    @Test
    void namesBelowAnotherBaseOrThatAreGoneCountForNothing() {
        directory.group("dev", ALICE);
        directory.modify(
                "dn: " + ALICE,
                "changetype: modify",
                "add: memberOf",
                "memberOf: " + group("dev"),
                "memberOf: " + group("gone"),
                "memberOf: cn=dev,dc=elsewhere",
                "memberOf: " + TestDirectory.PEOPLE);
        assertThat(groups(ask(by("member-of"), "alice"))).containsExactly("dev");
    }

    @Test
    void knowsGroupsThatNameTheirMembersByName() {
        directory.add("dn: cn=unix," + TestDirectory.GROUPS, "objectClass: posixGroup", "cn: unix", "memberUid: alice");
        LdapAuthenticator authenticator = create(settings()
                .with(PersonSettings.MEMBER_ATTRIBUTE, "memberUid")
                .with(PersonSettings.MEMBERS_BY_NAME, true));
        assertThat(groups(ask(authenticator, "ALICE", "secret of alice"))).containsExactly("unix");
        assertThat(groups(ask(authenticator, "bob"))).isEmpty();
    }

    @Test
    void takesTheNameThatIsAskedFor() {
        directory.add(
                "dn: " + group("dev"),
                "objectClass: groupOfNames",
                "cn: dev",
                "cn: developers",
                "sAMAccountName: Developers",
                "member: " + ALICE);
        assertThat(groups(ask(create(), "alice"))).containsExactly("dev");
        assertThat(groups(ask(create(PersonSettings.GROUP_ATTRIBUTE, "sAMAccountName"), "alice")))
                .containsExactly("Developers");
        assertThat(groups(ask(create(PersonSettings.GROUP_ATTRIBUTE, "description"), "alice")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"member", "member-of"})
    void readsThreeHundredGroups(String way) {
        String[] names = IntStream.range(0, 300).mapToObj(i -> "g" + i).toArray(String[]::new);
        Arrays.stream(names).forEach(name -> directory.group(name, ALICE));
        memberOf(ALICE, names);
        assertThat(groups(ask(by(way), "alice"))).containsExactlyInAnyOrder(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"member", "member-of"})
    void moreThanTheMostGroupsMakeTheLoginUnavailable(String way) {
        String[] names = IntStream.range(0, 6).mapToObj(i -> "g" + i).toArray(String[]::new);
        Arrays.stream(names).forEach(name -> directory.group(name, ALICE));
        memberOf(ALICE, names);
        LdapAuthenticator authenticator =
                create(settings().with(PersonSettings.GROUPS_BY, way).with(PersonSettings.MAX_GROUPS, 5));
        assertThat(ask(authenticator, "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
    }

    /** Active Directory gives 1,500 values at once; this one three. */
    @Test
    void readsRangesToTheirEnd() {
        List<String> names = IntStream.range(0, 10).mapToObj(i -> "g" + i).toList();
        names.forEach(name -> directory.group(name, ALICE));
        directory.onEntry(intercepted -> {
            SearchResultEntry entry = intercepted.getSearchEntry();
            if (!entry.getDN().equals(ALICE)) {
                return;
            }
            int from = intercepted.getRequest().getAttributeList().stream()
                    .filter(name -> name.startsWith("memberOf;range="))
                    .mapToInt(name -> Integer.parseInt(name.replaceAll(".*=([0-9]+)-\\*", "$1")))
                    .findFirst()
                    .orElse(0);
            int to = Math.min(from + 3, names.size());
            Entry part = entry.duplicate();
            part.addAttribute(new Attribute(
                    "memberOf;range=" + from + "-" + (to == names.size() ? "*" : String.valueOf(to - 1)),
                    names.subList(from, to).stream().map(TestDirectory::groupDn).toList()));
            intercepted.setSearchEntry(part);
        });
        assertThat(groups(ask(by("member-of"), "alice"))).containsExactlyElementsOf(names);
    }

    @Test
    void rangesThatDoNotGoOnAreNoAnswer() {
        directory.onEntry(intercepted -> {
            Entry part = intercepted.getSearchEntry().duplicate();
            part.addAttribute(new Attribute("memberOf;range=0-1", group("a"), group("b")));
            intercepted.setSearchEntry(part);
        });
        assertThat(ask(by("member-of"), "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
    }

    /** The library's own server does not know the rule: what it would find is asked for in its place. */
    @Test
    void letsActiveDirectoryWalkUp() {
        directory.group("dev", ALICE).group("staff", group("dev"));
        directory.onSearch(request -> {
            if (request.getRequest().getFilter().toString().contains("1.2.840.113556.1.4.1941")) {
                assertThat(request.getRequest().getFilter())
                        .hasToString("(&(objectClass=groupOfNames)(|(member:1.2.840.113556.1.4.1941:=" + ALICE + ")))");
                SearchRequest plain = request.getRequest().duplicate();
                plain.setFilter(Filter.createORFilter(
                        Filter.createEqualityFilter("member", ALICE),
                        Filter.createEqualityFilter("member", group("dev"))));
                request.setRequest(plain);
            }
        });
        assertThat(groups(ask(by("in-chain"), "alice"))).containsExactlyInAnyOrder("dev", "staff");
    }

    private static byte[] securityId(int... parts) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + 4 * parts.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 1).put((byte) parts.length).put(new byte[] {0, 0, 0, 0, 0, 5});
        Arrays.stream(parts).forEach(bytes::putInt);
        return bytes.array();
    }

    private static String line(String attribute, byte[] value) {
        return attribute + ":: " + Base64.encode(value);
    }

    private void securityIds() {
        directory.modify(
                "dn: " + ALICE,
                "changetype: modify",
                "add: objectSid",
                line("objectSid", securityId(21, 7, 8, 9, 1104)),
                "-",
                "add: primaryGroupID",
                "primaryGroupID: 513",
                "-",
                "add: tokenGroups",
                line("tokenGroups", securityId(21, 7, 8, 9, 513)),
                line("tokenGroups", securityId(21, 7, 8, 9, 1200)),
                line("tokenGroups", securityId(32, 545)));
        group("Domain Users", 513);
        group("deep", 1200);
        group("Others", 514);
    }

    private void group(String name, int relative) {
        directory.add(
                "dn: " + group(name),
                "objectClass: groupOfNames",
                "cn: " + name,
                line("objectSid", securityId(21, 7, 8, 9, relative)));
    }

    @Test
    void readsTheTokenThatActiveDirectoryMakes() {
        securityIds();
        assertThat(groups(ask(by("token-groups"), "alice"))).containsExactlyInAnyOrder("Domain Users", "deep");
        assertThat(ask(by("token-groups"), "bob"))
                .as("somebody without any has been hidden some")
                .isInstanceOf(AuthenticationResult.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"member", "member-of"})
    void addsThePrimaryGroupAndWhatThatIsIn(String way) {
        securityIds();
        directory.group("all", group("Domain Users")).group("dev", ALICE);
        memberOf(group("Domain Users"), "all");
        memberOf(ALICE, "dev");
        assertThat(groups(ask(by(way), "alice"))).containsExactlyInAnyOrder("Domain Users", "dev", "all");
    }
}
