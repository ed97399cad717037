package io.gatehouse.plugin.acl;

import static io.gatehouse.plugin.acl.AclTesting.acl;
import static io.gatehouse.plugin.acl.AclTesting.identity;
import static io.gatehouse.plugin.acl.AclTesting.request;
import static io.gatehouse.plugin.acl.AclTesting.upgrade;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AclAuthorizerTest {

    private static final Identity ALICE = identity("alice", "dev");
    private static final Identity BOB = identity("bob");

    private static Decision get(Authorizer acl, Identity identity, String path) {
        return acl.authorize(request(identity, "GET", "prod", path));
    }

    @Test
    void anEmptyPolicyAllowsNothing() {
        for (String method : List.of("GET", "HEAD", "OPTIONS", "PROPFIND")) {
            assertThat(acl("").authorize(request(ALICE, method, "prod", "/"))).isInstanceOf(Decision.NoOpinion.class);
        }
        assertThat(get(acl(""), ALICE, "/")).isEqualTo(Decision.noOpinion("no rule of policy.csv allows GET"));
    }

    @Test
    void usersGroupsRolesAndEveryoneAreTheirOwnNames() {
        Authorizer acl = acl(
                "p, user:dev, prod, /user, GET, allow",
                "p, group:alice, prod, /group, GET, allow",
                "p, group:dev, prod, /dev, GET, allow",
                "p, *, prod, /all, GET, allow");
        assertThat(get(acl, ALICE, "/user")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(get(acl, ALICE, "/group")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(get(acl, ALICE, "/dev")).isEqualTo(Decision.allow("policy.csv:3"));
        assertThat(get(acl, BOB, "/dev")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(get(acl, BOB, "/all")).isEqualTo(Decision.allow("policy.csv:4"));
    }

    @Test
    void everyoneIsNotTheAnonymous() {
        Authorizer acl = acl("p, *, prod, /all, GET, allow", "p, user:system:anonymous, prod, /named, GET, allow");
        Identity named = identity("system:anonymous");
        assertThat(get(acl, Identity.of("guest", "anonymous"), "/all")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(get(acl, identity("x", "system:unauthenticated"), "/all")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(get(acl, named, "/all")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(get(acl, named, "/named")).isEqualTo(Decision.allow("policy.csv:2"));
    }

    @Test
    void rolesNestAndABareNameIsARole() {
        Authorizer acl = acl(
                "g, user:bob, role:admin",
                "g, group:dev, editor",
                "g, admin, role:editor",
                "g, role:editor, viewer",
                "p, viewer, prod, /view, GET, allow",
                "p, role:admin, prod, /admin, GET, allow");
        assertThat(get(acl, BOB, "/view")).isEqualTo(Decision.allow("policy.csv:5"));
        assertThat(get(acl, BOB, "/admin")).isEqualTo(Decision.allow("policy.csv:6"));
        assertThat(get(acl, ALICE, "/view")).isEqualTo(Decision.allow("policy.csv:5"));
        assertThat(get(acl, ALICE, "/admin")).isInstanceOf(Decision.NoOpinion.class);
        assertThat(get(acl, identity("admin"), "/view")).isInstanceOf(Decision.NoOpinion.class);
    }

    @Test
    void denyWinsWhereverItStands() {
        Authorizer acl = acl(
                "p, user:alice, prod, /a/b, GET, allow",
                "p, *, *, /a/**, GET, deny",
                "p, group:dev, prod, /a/b, GET, allow",
                "p, group:dev, prod, /c, GET, allow");
        assertThat(get(acl, ALICE, "/a/b")).isEqualTo(Decision.deny("policy.csv:2"));
        assertThat(get(acl, ALICE, "/c")).isEqualTo(Decision.allow("policy.csv:4"));
    }

    @Test
    void targetsAreNamesOrAll() {
        Authorizer acl = acl("p, user:alice, prod, /a, GET, allow", "p, user:bob, *, /a, GET, allow");
        assertThat(acl.authorize(request(ALICE, "GET", "dev", "/a"))).isInstanceOf(Decision.NoOpinion.class);
        assertThat(acl.authorize(request(BOB, "GET", "dev", "/a"))).isEqualTo(Decision.allow("policy.csv:2"));
    }

    @ParameterizedTest
    @CsvSource({
        "/a, /a, true",
        "/a, /a/, true",
        "/a, /a/b, false",
        "/a, /A, false",
        "/a, /ab, false",
        "/a, /, false",
        "/, /, true",
        "/, /a, false",
        "/a/*, /a, false",
        "/a/*, /a/, false",
        "/a/*, /a/b, true",
        "/a/*, /a/b/, true",
        "/a/*, /a/b/c, false",
        "/*/b, /a/b, true",
        "/a/**, /a, true",
        "/a/**, /a/, true",
        "/a/**, /a/b/c/d, true",
        "/a/**, /ab, false",
        "/**, /, true",
        "/**, /a/b, true",
        "/*/**, /, false",
        "/*/**, /a, true",
        "/a/*/c/**, /a/b/c/d, true",
        "/%61pi, /api, true",
        "/api, /%61pi, true",
        "/a%c3%bc, /a%C3%BC, true",
        "/a%2A, /a*, true",
        "/a%20b, /a%20b, true",
        "/api, /ap%69/, true",
        "/a/*, /a/%25, true",
        "/a/*, /a/b%2fc, true",
        "/a/b%2fc, /a/b%2Fc, true",
        "/a/%2F/c, /a/%2f/c, true",
        "/a/b%2Fc, /a/b/c, false",
        "/a/b/c, /a/b%2Fc, false",
        "/a/b/**, /a/b%2Fc, false",
        "/a/..b%2Fc.., /a/..b%2fc.., true"
    })
    void pathsMatchByWholeSegments(String pattern, String path, boolean matches) {
        Decision decision = get(acl("p, user:alice, prod, " + pattern + ", GET, allow"), ALICE, path);
        assertThat(decision)
                .isEqualTo(
                        matches
                                ? Decision.allow("policy.csv:1")
                                : Decision.noOpinion("no rule of policy.csv allows GET"));
    }

    @Test
    void aLiteralAndAStarBesideItBothCount() {
        Authorizer acl = acl(
                "p, *, prod, /a/*/c, GET, allow", "p, *, prod, /a/b/d, GET, allow", "p, *, prod, /*/b/c, GET, deny");
        assertThat(get(acl, BOB, "/a/b/d")).isEqualTo(Decision.allow("policy.csv:2"));
        assertThat(get(acl, BOB, "/a/x/c")).isEqualTo(Decision.allow("policy.csv:1"));
        assertThat(get(acl, BOB, "/a/b/c")).isEqualTo(Decision.deny("policy.csv:3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "//a",
                "/a//b",
                "/a/../b",
                "/a/.",
                "/a/%2e%2E/b",
                "/a/..%2fb",
                "/a/b%2F.%2Fc",
                "/a%2F%2E%2e/b",
                "/a%2F%zz",
                "/a%5Cb",
                "/a\\b",
                "/a;x",
                "/a%3bx",
                "/a%00",
                "/a b",
                "/a?b",
                "/a#b",
                "/a%zz",
                "/a%2",
                "/\u00fc",
                "/a//",
                "*"
            })
    void aPathThatIsNotCanonicalIsDenied(String path) {
        assertThat(get(acl("p, *, *, /**, *, allow"), ALICE, path))
                .isEqualTo(Decision.deny("policy.csv: the path is not canonical"));
    }

    @Test
    void theQueryIsNeverPartOfTheMatch() {
        Authorizer acl = acl("p, *, prod, /foo/*/status, GET, allow");
        assertThat(acl.authorize(request(ALICE, "GET", "prod", "/foo/secret", "x=/status", Optional.empty())))
                .isInstanceOf(Decision.NoOpinion.class);
    }

    @Test
    void headIsJudgedAsGet() {
        Authorizer acl = acl("p, *, prod, /a, GET, allow", "p, *, prod, /b, GET, deny", "p, *, prod, /b, *, allow");
        assertThat(acl.authorize(request(ALICE, "HEAD", "prod", "/a"))).isEqualTo(Decision.allow("policy.csv:1"));
        assertThat(acl.authorize(request(ALICE, "HEAD", "prod", "/b"))).isEqualTo(Decision.deny("policy.csv:2"));
        assertThat(acl.authorize(request(ALICE, "POST", "prod", "/a"))).isInstanceOf(Decision.NoOpinion.class);
    }

    @Test
    void anUnknownMethodIsAllowedByNothingAndDeniedByStar() {
        Authorizer acl = acl("p, *, prod, /**, *, allow", "p, *, prod, /b, *, deny");
        assertThat(acl.authorize(request(ALICE, "PROPFIND", "prod", "/a")))
                .isEqualTo(Decision.noOpinion("no rule of policy.csv allows this method"));
        assertThat(acl.authorize(request(ALICE, "get", "prod", "/a"))).isInstanceOf(Decision.NoOpinion.class);
        assertThat(acl.authorize(request(ALICE, "PROPFIND", "prod", "/b"))).isEqualTo(Decision.deny("policy.csv:2"));
    }

    @Test
    void anUpgradeNeedsUpgradeWhateverItsMethod() {
        Authorizer acl = acl(
                "p, user:alice, prod, /exec, *, allow",
                "p, user:bob, prod, /exec, *|UPGRADE, allow",
                "p, group:ops, prod, /exec, UPGRADE, allow");
        for (String method : List.of("GET", "POST")) {
            assertThat(acl.authorize(upgrade(ALICE, method, "prod", "/exec")))
                    .isEqualTo(Decision.noOpinion("no rule of policy.csv allows UPGRADE"));
            assertThat(acl.authorize(upgrade(BOB, method, "prod", "/exec"))).isEqualTo(Decision.allow("policy.csv:2"));
            assertThat(acl.authorize(upgrade(identity("x", "ops"), method, "prod", "/exec")))
                    .isEqualTo(Decision.allow("policy.csv:3"));
        }
        assertThat(acl.authorize(request(identity("x", "ops"), "GET", "prod", "/exec")))
                .isInstanceOf(Decision.NoOpinion.class);
    }

    @ParameterizedTest
    @CsvSource({"UPGRADE, true", "*, true", "GET, true", "POST, true", "DELETE, false"})
    void aDenyHoldsForAnUpgrade(String action, boolean denied) {
        Authorizer acl = acl("p, *, prod, /exec, UPGRADE, allow", "p, *, prod, /exec, " + action + ", deny");
        assertThat(acl.authorize(upgrade(ALICE, "GET", "prod", "/exec")))
                .isEqualTo(denied ? Decision.deny("policy.csv:2") : Decision.allow("policy.csv:1"));
    }

    @Test
    void theFirstLineThatSpeaksIsTheReason() {
        Authorizer acl = acl(
                "p, *, *, /**, GET|POST, allow",
                "p, user:alice, prod, /a, *, allow",
                "p, *, prod, /d/**, DELETE|GET, deny",
                "p, user:alice, *, /d/*, GET, deny");
        assertThat(get(acl, ALICE, "/a")).isEqualTo(Decision.allow("policy.csv:1"));
        assertThat(acl.authorize(request(ALICE, "DELETE", "prod", "/a"))).isEqualTo(Decision.allow("policy.csv:2"));
        assertThat(get(acl, ALICE, "/d/e")).isEqualTo(Decision.deny("policy.csv:3"));
    }

    @Test
    void manyGroupsAndManyRolesAreAllSeen() {
        List<String> lines = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            lines.add("g, group:g" + i + ", role:r" + i);
            lines.add("p, role:r" + i + ", prod, /r/" + i + ", GET, allow");
            lines.add("p, group:g" + i + ", prod, /g, GET, allow");
            groups.add("g" + i);
        }
        Authorizer acl = acl(lines.toArray(String[]::new));
        Identity everybody = identity("x", groups.toArray(String[]::new));
        assertThat(get(acl, everybody, "/r/299")).isEqualTo(Decision.allow("policy.csv:899"));
        assertThat(get(acl, identity("x", "g299"), "/g")).isEqualTo(Decision.allow("policy.csv:900"));
        assertThat(get(acl, identity("x", "g298"), "/r/299")).isInstanceOf(Decision.NoOpinion.class);
    }
}
