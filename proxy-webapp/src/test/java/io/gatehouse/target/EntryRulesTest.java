package io.gatehouse.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.request.PathPattern;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntryRulesTest {

    private static String rule(EntryRules rules, String host, String method, String path) {
        return rules.refusal(host, method, path)
                .map(refusal -> refusal.status() + " " + refusal.rule())
                .orElse("");
    }

    private static EntryRules hosts(Set<String> accept, Set<String> reject) {
        return new EntryRules(accept, reject, Set.of(), Set.of(), List.of(), List.of(), List.of());
    }

    private static EntryRules paths(List<String> allow, List<String> reject) {
        return new EntryRules(
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                allow.stream().map(PathPattern::parse).toList(),
                reject.stream().map(PathPattern::parse).toList(),
                List.of());
    }

    @Test
    void takesEverythingWithoutRules() {
        assertThat(rule(EntryRules.NONE, "any", "DELETE", "/x")).isEmpty();
        assertThat(EntryRules.NONE.ignored("/x")).isEmpty();
    }

    @Test
    void takesTheHostsThatAreNamed() {
        EntryRules rules = hosts(Set.of("localhost", "[::1]", "*.gate.example.com"), Set.of());
        assertThat(rule(rules, "localhost", "GET", "/")).isEmpty();
        assertThat(rule(rules, "[::1]", "GET", "/")).isEmpty();
        assertThat(rule(rules, "a.b.gate.example.com", "GET", "/")).isEmpty();
        assertThat(rule(rules, "gate.example.com", "GET", "/")).isEqualTo("403 accept-hosts");
        assertThat(rule(rules, "evilgate.example.com", "GET", "/")).isEqualTo("403 accept-hosts");
        assertThat(rule(rules, "localhost.evil.example", "GET", "/")).isEqualTo("403 accept-hosts");
        assertThat(rule(rules, "", "GET", "/")).isEqualTo("403 accept-hosts");
    }

    @Test
    void refusesTheHostsThatAreNamed() {
        EntryRules rules = hosts(Set.of(), Set.of("*.evil.example"));
        assertThat(rule(rules, "a.evil.example", "GET", "/")).isEqualTo("403 reject-hosts");
        assertThat(rule(rules, "gate", "GET", "/")).isEmpty();
    }

    @Test
    void anUpgradeIsAMethodOfItsOwn() {
        EntryRules rules = new EntryRules(
                Set.of(), Set.of(), Set.of("GET", "HEAD"), Set.of("HEAD"), List.of(), List.of(), List.of());
        assertThat(rule(rules, "gate", "GET", "/")).isEmpty();
        assertThat(rule(rules, "gate", EntryRules.UPGRADE, "/")).isEqualTo("403 accept-methods");
        assertThat(rule(rules, "gate", "HEAD", "/")).isEqualTo("403 reject-methods");
    }

    @Test
    void pathsThatAreNotAllowedDoNotExist() {
        EntryRules rules = paths(List.of("/api/**"), List.of("/api/v1/namespaces/*/pods/*/exec"));
        assertThat(rule(rules, "gate", "GET", "/api/v1/pods")).isEmpty();
        assertThat(rule(rules, "gate", "GET", "/apis")).isEqualTo("404 allow-paths");
        assertThat(rule(rules, "gate", "GET", "/api/v1/namespaces/d/pods/p/exec"))
                .isEqualTo("403 reject-paths: /api/v1/namespaces/*/pods/*/exec");
    }

    @Test
    void namesTheIgnoredPath() {
        PathPattern probe = PathPattern.parse("/healthz");
        EntryRules rules = new EntryRules(Set.of(), Set.of(), Set.of(), Set.of(), List.of(), List.of(), List.of(probe));
        assertThat(rules.ignored("/healthz")).isEqualTo(Optional.of(probe));
        assertThat(rules.ignored("/healthz/x")).isEmpty();
    }
}
