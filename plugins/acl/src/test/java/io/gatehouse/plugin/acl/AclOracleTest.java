package io.gatehouse.plugin.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import java.util.List;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiled policy means what the plainest reading of its lines means, and what jCasbin makes of them. */
class AclOracleTest {

    private static final int POLICIES = 2000;
    private static final int REQUESTS = 50;
    private static final int CASBIN_POLICIES = 60;

    private static String outcome(Decision decision) {
        if (decision instanceof Decision.Allow) {
            return "allow";
        }
        return decision instanceof Decision.Deny ? "deny" : "none";
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void agreesWithTheNaiveReading(boolean kubernetes) {
        for (int seed = 0; seed < POLICIES; seed++) {
            RandomPolicies random = kubernetes ? RandomPolicies.ofKubernetes(seed) : RandomPolicies.ofPaths(seed);
            List<String> lines = random.policy();
            Authorizer acl = AclTesting.acl(lines.toArray(String[]::new));
            NaivePolicy naive = new NaivePolicy(lines);
            for (int i = 0; i < REQUESTS; i++) {
                AccessRequest request = random.request();
                Decision decision = acl.authorize(request);
                assertThat(outcome(decision))
                        .as("seed %d, %s, %s", seed, request, lines)
                        .isEqualTo(naive.decide(request));
                requireReasonToStandThere(decision, lines);
            }
        }
    }

    private static void requireReasonToStandThere(Decision decision, List<String> lines) {
        if (decision instanceof Decision.NoOpinion) {
            return;
        }
        int line = Integer.parseInt(decision.reason().substring("policy.csv:".length()));
        assertThat(lines.get(line - 1)).endsWith(decision instanceof Decision.Deny ? "deny" : "allow");
    }

    /** The fragment that jCasbin can express: one subject a request, no upgrade, methods that both know. */
    @Test
    void agreesWithCasbin() {
        for (int seed = 0; seed < CASBIN_POLICIES; seed++) {
            RandomPolicies random = RandomPolicies.ofPaths(seed);
            List<String> lines = random.policy();
            Authorizer acl = AclTesting.acl(lines.toArray(String[]::new));
            Enforcer enforcer = enforcer(lines);
            for (int i = 0; i < REQUESTS; i++) {
                AccessRequest any = random.request();
                AccessRequest request = AclTesting.request(
                        AclTesting.identity(any.identity().user()),
                        any.method().equals("PROPFIND") ? "DELETE" : any.method(),
                        any.target(),
                        any.path());
                boolean allowed = enforcer.enforce(
                        "user:" + request.identity().user(),
                        request.target(),
                        request.path(),
                        request.method().equals("HEAD") ? "GET" : request.method());
                assertThat(acl.authorize(request) instanceof Decision.Allow)
                        .as("seed %d, %s, %s", seed, request, lines)
                        .isEqualTo(allowed);
            }
        }
    }

    private static Enforcer enforcer(List<String> lines) {
        Model model = new Model();
        model.loadModelFromText("""
                [request_definition]
                r = sub, tgt, obj, act
                [policy_definition]
                p = sub, tgt, obj, act, eft
                [role_definition]
                g = _, _
                [policy_effect]
                e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
                [matchers]
                m = (g(r.sub, p.sub) || p.sub == "*") && (p.tgt == "*" || r.tgt == p.tgt) && regexMatch(r.obj, p.obj) \
                && regexMatch(r.act, p.act)
                """);
        Enforcer enforcer = new Enforcer(model);
        for (String line : lines) {
            String[] fields = line.split(", ");
            if (fields[0].equals("g")) {
                enforcer.addGroupingPolicy(fields[1], fields[2]);
            } else {
                String actions = fields[4].replace("*", "GET|POST|PUT|PATCH|DELETE|OPTIONS");
                enforcer.addPolicy(
                        fields[1],
                        fields[2],
                        "^" + NaivePolicy.regex(fields[3]) + "$",
                        "^(" + actions + ")$",
                        fields[5]);
            }
        }
        return enforcer;
    }
}
