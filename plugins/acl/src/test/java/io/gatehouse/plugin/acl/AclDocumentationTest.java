package io.gatehouse.plugin.acl;

import static io.gatehouse.plugin.acl.AclTesting.acl;
import static io.gatehouse.plugin.acl.AclTesting.action;
import static io.gatehouse.plugin.acl.AclTesting.identity;
import static io.gatehouse.plugin.acl.AclTesting.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is written for administrators works as it stands there. */
class AclDocumentationTest {

    private static final Path ROOT = Path.of("../..");

    private static List<String> policies(String file) throws IOException {
        return Pattern.compile("```csv\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve(file)))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void everyExampleIsAPolicy() throws IOException {
        List<String> examples = policies("docs/plugins/acl.md");
        assertThat(examples).hasSize(7);
        for (String policy : examples) {
            assertThatNoException().as(policy).isThrownBy(() -> acl(policy));
        }
        for (String policy : policies("docs/kubernetes.md")) {
            assertThatNoException().as(policy).isThrownBy(() -> acl(policy));
        }
    }

    @Test
    void theFirstExampleMeansWhatItSeems() throws IOException {
        Authorizer acl = acl(policies("docs/plugins/acl.md").get(0));
        Identity alice = identity("alice");
        Identity bob = identity("bob", "dev");
        assertThat(acl.authorize(request(bob, "test", action("list", "/pods", "", ""))))
                .isInstanceOf(Decision.Allow.class);
        assertThat(acl.authorize(request(bob, "test", action("list", "/secrets", "", ""))))
                .isInstanceOf(Decision.Deny.class);
        assertThat(acl.authorize(request(bob, "prod", action("create", "/pods/exec", "team-a", "x"))))
                .isInstanceOf(Decision.NoOpinion.class);
        assertThat(acl.authorize(request(alice, "prod", action("create", "/pods/exec", "team-a", "x"))))
                .isInstanceOf(Decision.Allow.class);
        assertThat(acl.authorize(request(alice, "prod", action("create", "/pods/exec", "other", "x"))))
                .isInstanceOf(Decision.NoOpinion.class);
        assertThat(acl.authorize(request(alice, "GET", "wiki", "/pages/1"))).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void theSampleKeepsSecretsFromReadersWhereverTheyAre() throws IOException {
        Authorizer acl = acl(Files.readString(ROOT.resolve("conf/policy.csv")));
        Identity bob = identity("bob");
        assertThat(acl.authorize(request(bob, "prod", action("list", "/pods", "", ""))))
                .isInstanceOf(Decision.Allow.class);
        for (String verb : List.of("get", "list", "watch")) {
            assertThat(acl.authorize(request(bob, "prod", action(verb, "/secrets", "a", ""))))
                    .isInstanceOf(Decision.Deny.class);
        }
        for (String path : List.of(
                "/api/v1/secrets",
                "/api/v1/namespaces/a/secrets/b",
                "/api/v1/watch/secrets",
                "/api/v1/watch/namespaces/a/secrets")) {
            assertThat(acl.authorize(request(bob, "GET", "demo", path)))
                    .as(path)
                    .isInstanceOf(Decision.Deny.class);
        }
        assertThat(acl.authorize(request(identity("alice"), "DELETE", "demo", "/api/v1/secrets")))
                .isInstanceOf(Decision.Allow.class);
    }
}
