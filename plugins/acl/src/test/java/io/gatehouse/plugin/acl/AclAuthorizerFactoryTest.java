package io.gatehouse.plugin.acl;

import static io.gatehouse.plugin.acl.AclTesting.acl;
import static io.gatehouse.plugin.acl.AclTesting.identity;
import static io.gatehouse.plugin.acl.AclTesting.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AclAuthorizerFactoryTest {

    private final AclAuthorizerFactory factory = new AclAuthorizerFactory();

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.authorizers())
                        .singleElement()
                        .extracting(found -> found.name())
                        .isEqualTo("acl"));
    }

    @Test
    void hasNoDefaults() {
        assertThat(factory.settings()).containsExactly(AclAuthorizerFactory.POLICY);
        assertThat(AclAuthorizerFactory.POLICY.name()).isEqualTo("policy");
        assertThat(AclAuthorizerFactory.POLICY.isRequired()).isTrue();
        assertThat(factory.mayBlock()).isFalse();
    }

    @Test
    void mapsThePolicy() {
        assertThat(acl("p, user:alice, prod, /a, GET, allow")
                        .authorize(request(identity("alice"), "GET", "prod", "/a")))
                .isEqualTo(Decision.allow("policy.csv:1"));
    }

    @Test
    void takesByteOrderMarkCommentsBlankLinesAndCarriageReturns() {
        assertThat(acl("\uFEFF# rules\r", "\r", "  # more\r", " p ,\"user:alice\", prod ,/a,\"GET|POST\", allow \r")
                        .authorize(request(identity("alice"), "POST", "prod", "/a")))
                .isEqualTo(Decision.allow("policy.csv:4"));
    }

    @Test
    void takesNamesWithCommasAndQuotesInQuotes() {
        assertThat(acl("p, \"group:cn=dev \"\"x\"\",ou=it\", prod, /a, GET, allow")
                        .authorize(request(identity("bob", "cn=dev \"x\",ou=it"), "GET", "prod", "/a")))
                .isEqualTo(Decision.allow("policy.csv:1"));
    }

    @Test
    void refusesWhatIsNotUtf8() {
        ConfigFile file =
                new ConfigFile(Path.of("/home/policy.csv"), "p, user:\u00fc".getBytes(StandardCharsets.ISO_8859_1));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> factory.create(
                        TestSettings.of(factory).with(AclAuthorizerFactory.POLICY, file), TestContext.in(Path.of("."))))
                .withMessage("/home/policy.csv: expected UTF-8 text");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            p, user:alice, prod, /a, GET ~ expected 6 columns (p, subject, target, object, action, allow or deny), found 5
            p, user:alice, prod, /a, GET, allow, x ~ expected 6 columns (p, subject, target, object, action, allow or deny), found 7
            g, user:alice ~ expected 3 columns (g, member, role), found 2
            q, user:alice ~ unknown kind of line "q"; expected "p, subject, target, object, action, allow or deny" or "g, member, role"
            p, user:alice, prod, /a, GET, Allow ~ unknown effect "Allow"; expected allow or deny
            p, user:alice, prod, /a, Get, allow ~ unknown action "Get"; expected GET, POST, PUT, PATCH, DELETE, OPTIONS, UPGRADE (several joined by |) or *
            p, user:alice, prod, /a, get, allow ~ "get" is a Kubernetes verb, for an object that starts with k8s:; a path takes GET, POST, PUT, PATCH, DELETE, OPTIONS, UPGRADE (several joined by |) or *
            p, user:alice, prod, /a, GET|list, allow ~ "list" is a Kubernetes verb, for an object that starts with k8s:; a path takes GET, POST, PUT, PATCH, DELETE, OPTIONS, UPGRADE (several joined by |) or *
            p, user:alice, prod, /a, GET|, allow ~ unknown action ""; expected GET, POST, PUT, PATCH, DELETE, OPTIONS, UPGRADE (several joined by |) or *
            p, user:alice, prod, /a, HEAD, allow ~ HEAD is judged as GET: write GET
            p, user:alice, prod, /a, GET|*, allow ~ action "*" is named twice in "GET|*"
            p, usr:alice, prod, /a, GET, allow ~ unknown kind of subject in "usr:alice"; expected user:<name>, group:<name>, role:<name> or *
            p, user:, prod, /a, GET, allow ~ a subject is empty; expected user:<name>, group:<name>, role:<name> or *
            p, , prod, /a, GET, allow ~ a subject is empty; expected user:<name>, group:<name>, role:<name> or *
            p, alice, prod, /a, GET, allow ~ "alice" is not a role that a g line gives to anybody; write user:, group: or role: before a name, or add "g, <member>, role:alice"
            p, role:x, prod, /a, GET, allow ~ "x" is not a role that a g line gives to anybody; write user:, group: or role: before a name, or add "g, <member>, role:x"
            g, user:alice, role:x ~ role "x" has no rule and no further role; is it misspelt?
            g, *, role:x ~ * can not be a member of a role; write rules for * instead
            g, user:alice, group:x ~ "group:x" is not a role; expected role:<name>
            p, user:alice, prod*, /a, GET, allow ~ target "prod*" is neither a target's name nor *
            p, user:alice, , /a, GET, allow ~ target "" is neither a target's name nor *
            p, user:alice, prod, a, GET, allow ~ object "a" starts neither with / (a path) nor with k8s: (a Kubernetes object, in lower case)
            p, user:alice, prod, , GET, allow ~ object "" starts neither with / (a path) nor with k8s: (a Kubernetes object, in lower case)
            p, user:alice, prod, K8s:/pods, get, allow ~ object "K8s:/pods" starts neither with / (a path) nor with k8s: (a Kubernetes object, in lower case)
            p, user:alice, prod, /a//b, GET, allow ~ path "/a//b" has an empty segment
            p, user:alice, prod, /a/, GET, allow ~ path "/a/" ends in /; leave it out, it does not count in a request either
            p, user:alice, prod, /a/../b, GET, allow ~ path "/a/../b" has a segment ..
            p, user:alice, prod, /a/%2e/b, GET, allow ~ path "/a/%2e/b" has a segment .
            p, user:alice, prod, /a;b, GET, allow ~ path "/a;b" has a ;, which no request may have
            p, user:alice, prod, /a#b, GET, allow ~ path "/a#b" has a #, which no request may have
            p, user:alice, prod, /a?b=c, GET, allow ~ path "/a?b=c" has a ?; the query is never part of a match
            p, user:alice, prod, /a%5cb, GET, allow ~ path "/a%5cb" has the encoding %5c, which no request may have
            p, user:alice, prod, /a/..%2fb, GET, allow ~ path "/a/..%2fb" has a . or .. beside an encoded slash, which no request may have
            p, user:alice, prod, /a%3Bb, GET, allow ~ path "/a%3Bb" has the encoding %3B, which no request may have
            p, user:alice, prod, /a%zz, GET, allow ~ path "/a%zz" has a % without two hexadecimal digits
            p, user:alice, prod, /a%2, GET, allow ~ path "/a%2" has a % without two hexadecimal digits
            p, user:alice, prod, /a b, GET, allow ~ path "/a b" has a character that must be percent-encoded, as in a request
            p, user:alice, prod, /a*, GET, allow ~ path "/a*" has a * inside; * stands for one whole segment, /** only at the end, and a star itself is %2A
            p, user:alice, prod, /**/a, GET, allow ~ path "/**/a" has a * inside; * stands for one whole segment, /** only at the end, and a star itself is %2A
            p, user:"alice", prod, /a, GET, allow ~ a double quote stands inside a field; put the whole field in quotes and double the quote
            p, "user:alice, prod ~ a double quote is not closed
            p, "user:alice" x, prod ~ expected a comma after the closing double quote
            """)
    void tellsWhatIsWrongWithALine(String line, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> acl("# first", line))
                .withMessage("policy.csv:2: " + message);
    }

    @Test
    void refusesAPathWithTooManySegments() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> acl("p, user:alice, prod, " + "/a".repeat(65) + ", GET, allow"))
                .withMessage("policy.csv:1: a path has more than 64 segments");
    }

    @Test
    void tellsAllProblemsAtOnceInTheOrderOfTheLines() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> acl(
                        "p, role:admin, prod, /a, GET, allow",
                        "p, user:bob, prod, /a, GET|POST, allow",
                        "p, user:bob, prod, /a, POST|GET, allow",
                        "p, user:bob, prod, /a, GET, maybe",
                        "g, user:alice, role:admin",
                        "g, user:alice, admin",
                        "g, role:admni, role:admin"))
                .withMessage("""
                        policy.csv:3: the same rule stands in line 2
                        policy.csv:4: unknown effect "maybe"; expected allow or deny
                        policy.csv:6: the same membership stands in line 5
                        policy.csv:7: "admni" is not a role that a g line gives to anybody; write user:, group: or role: \
                        before a name, or add "g, <member>, role:admni\"""");
    }

    @Test
    void tellsEveryProblemOfALine() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        acl("p, usr:bob, Prod, /a, FETCH, permit", "g, *, group:x", "p, user:bob, prod, a, GET, maybe"))
                .withMessage("""
                        policy.csv:1: unknown kind of subject in "usr:bob"; expected user:<name>, group:<name>, role:<name> or *
                        policy.csv:1: target "Prod" is neither a target's name nor *
                        policy.csv:1: unknown action "FETCH"; expected GET, POST, PUT, PATCH, DELETE, OPTIONS, UPGRADE (several joined by |) or *
                        policy.csv:1: unknown effect "permit"; expected allow or deny
                        policy.csv:2: * can not be a member of a role; write rules for * instead
                        policy.csv:2: "group:x" is not a role; expected role:<name>
                        policy.csv:3: object "a" starts neither with / (a path) nor with k8s: (a Kubernetes object, in lower case)
                        policy.csv:3: unknown effect "maybe"; expected allow or deny""");
    }

    /** The rule that can not be read may be just the one that the role is for. */
    @Test
    void doesNotDoubtARoleWhileARuleCanNotBeRead() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> acl("p, role:reader, prod, a, GET, allow", "g, user:bob, role:reader"))
                .withMessage("policy.csv:1: object \"a\" starts neither with / (a path) nor with k8s:"
                        + " (a Kubernetes object, in lower case)");
    }

    @Test
    void tellsCirclesOfRolesWithTheirLines() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> acl(
                        "p, role:a, prod, /a, GET, allow",
                        "g, user:alice, role:a",
                        "g, role:a, role:b",
                        "g, role:b, role:c",
                        "g, role:c, role:a",
                        "g, role:d, role:d"))
                .withMessage("""
                        policy.csv:5: roles go in a circle: a is in b (line 3), b is in c (line 4), c is in a (line 5)
                        policy.csv:6: roles go in a circle: d is in d (line 6)""");
    }

    @Test
    void tellsNoMoreThanAHundredProblems() {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, () -> acl("x\n".repeat(150)));
        assertThat(e.problems()).hasSize(101);
        assertThat(e.problems().get(100)).hasToString("policy.csv:150: and 50 more problems up to here");
        e = catchThrowableOfType(
                ConfigurationException.class, () -> acl("p, user:, prod*, a, GET, allow\n".repeat(60)));
        assertThat(e.problems()).hasSize(101);
        assertThat(e.problems().get(99).place()).isEqualTo("policy.csv:34");
        assertThat(e.problems().get(100)).hasToString("policy.csv:60: and 80 more problems up to here");
    }
}
