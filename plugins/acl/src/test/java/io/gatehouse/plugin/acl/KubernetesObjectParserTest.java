package io.gatehouse.plugin.acl;

import static io.gatehouse.plugin.acl.AclTesting.acl;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.gatehouse.spi.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesObjectParserTest {

    private static final String VERBS = "get, list, watch, create, update, patch, delete, deletecollection, impersonate"
            + " (several joined by |) or *";
    private static final String PATH_VERBS = "get, post, put, patch, delete, options (several joined by |) or *";
    private static final String OBJECT =
            "expected k8s:<group>/<resource>[/<subresource>] [ns=<namespace>] [name=<name>]";

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            k8s:pods ~ object "k8s:pods" has no /; {object}, with nothing for the core group: "k8s:/pods"
            k8s: ~ object "k8s:" has no /; {object}, with nothing for the core group: "k8s:/pods"
            k8s:core/pods ~ the core group is written with nothing: "k8s:/pods"
            k8s:core/pods/log ns=a ~ the core group is written with nothing: "k8s:/pods/log"
            k8s:apps/ ~ object "k8s:apps/" has an empty part; {object}
            k8s:/pods/ ~ object "k8s:/pods/" has an empty part; {object}
            k8s:v1/pods ~ object "k8s:v1/pods" has the version "v1", but a rule is for all versions; {object}
            k8s:apps/v1/deployments ~ object "k8s:apps/v1/deployments" has the version "v1", but a rule is for all versions; {object}
            k8s:batch/v1beta1/jobs ~ object "k8s:batch/v1beta1/jobs" has the version "v1beta1", but a rule is for all versions; {object}
            k8s:/pods/log/x ~ subresource "log/x" is no name that Kubernetes takes; {object}
            k8s:/Pods ~ resource "Pods" is not lower case; write "pods"
            k8s:Apps/deployments ~ group "Apps" is not lower case; write "apps"
            k8s:/pods/Exec ~ subresource "Exec" is not lower case; write "exec"
            k8s:/pod* ~ resource "pod*" has a * inside; * stands for a whole resource
            k8s:*.example.com/things ~ group "*.example.com" has a * inside; * stands for a whole group
            k8s:/** ~ resource "**" has a * inside; * stands for a whole resource
            k8s:apps_x/deployments ~ group "apps_x" is no name that Kubernetes takes; {object}
            k8s:apps/deploy.ments ~ resource "deploy.ments" is no name that Kubernetes takes; {object}
            k8s:/pod ~ the core group has no resource "pod". Did you mean "pods"? Expected its plural, its group in front (k8s:apps/deployments), or k8s:nonresource:/… for a path
            k8s:/deployments ~ the core group has no resource "deployments". Expected its plural, its group in front (k8s:apps/deployments), or k8s:nonresource:/… for a path
            k8s:/pods/logs ~ the core group has no subresource "logs". Did you mean "log"?
            k8s:/pods/port-forward ~ the core group has no subresource "port-forward". Did you mean "portforward"?
            k8s:/pods ns= ~ ns= is empty; leave it out for all namespaces and for what is in none, or write ns=* for any one
            k8s:/pods ns=Team ~ namespace "Team" is not lower case; write "team"
            k8s:/pods ns=a*b ~ namespace "a*b" has a * inside; * stands only at the end
            k8s:/pods ns=a** ~ namespace "a*" has a * inside; * stands only at the end
            k8s:/pods ns=a_b ~ "a_b" is no name that a namespace can have
            k8s:/pods ns=a- ~ "a-" is no name that a namespace can have
            k8s:/pods ns=a ns=b ~ ns= is written twice
            k8s:/pods name=a name=b ~ name= is written twice
            k8s:/pods name= ~ name= is empty; leave it out for every name
            k8s:/pods name=a*b ~ name "a*b" has a * inside; * stands only at the end, and a star itself is %2A
            k8s:/pods name=a%2 ~ "a%2" has a % without two hexadecimal digits
            k8s:/pods namespace=a ~ unknown qualifier "namespace=a"; expected ns=<namespace> or name=<name>, without blanks inside
            k8s:/pods ns = a ~ unknown qualifier "ns"; expected ns=<namespace> or name=<name>, without blanks inside
            k8s:/pods web-1 ~ unknown qualifier "web-1"; expected ns=<namespace> or name=<name>, without blanks inside
            k8s:nonresource/healthz ~ a path is written with a colon: "k8s:nonresource:/healthz"
            k8s:nonresource:healthz ~ path "healthz" does not start with /
            k8s:nonresource: ~ path "" does not start with /
            k8s:nonresource:/healthz* ~ path "/healthz*" has a * inside; * stands for one whole segment, /** only at the end, and a star itself is %2A
            k8s:nonresource:/api/v1/pods ~ path "/api/v1/pods" names objects, so it never is a nonresource; expected k8s:<group>/<resource>, or the path alone
            k8s:nonresource:/apis/apps/v1/deployments/** ~ path "/apis/apps/v1/deployments/**" names objects, so it never is a nonresource; expected k8s:<group>/<resource>, or the path alone
            """)
    void tellsWhatIsWrongWithAnObject(String object, String message) {
        requireProblem("p, user:alice, prod, " + object + ", get, allow", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            k8s:/pods, lst ~ unknown verb "lst". Did you mean "list"? Expected {verbs}
            k8s:/pods, get|LIIST ~ unknown verb "LIIST". Did you mean "list"? Expected {verbs}
            k8s:/pods, read-all ~ unknown verb "read-all". Expected {verbs}
            k8s:/pods, get| ~ unknown verb "". Expected {verbs}
            k8s:/pods, List ~ verb "List" is not lower case; write "list"
            k8s:/pods, GET ~ "GET" is an HTTP method; a Kubernetes object takes {verbs}
            k8s:/pods, get|POST ~ "POST" is an HTTP method; a Kubernetes object takes {verbs}
            k8s:/pods, HEAD ~ "HEAD" is an HTTP method; a Kubernetes object takes {verbs}
            k8s:/pods/exec, UPGRADE ~ "UPGRADE" is for paths; an exec, attach or portforward is a create: write create
            k8s:/pods, get|get ~ action "get" is named twice in "get|get"
            k8s:/pods, get|* ~ action "*" is named twice in "get|*"
            k8s:rbac.authorization.k8s.io/clusterroles, bind ~ no request has the verb "bind", which the API server asks for by itself; expected {verbs}
            k8s:/pods name=x, deletecollection ~ a deletecollection names no object, so name= allows none; leave name= or deletecollection out
            k8s:/pods name=x, get | create ~ a create names no object, so name= allows none; leave name= or create out
            k8s:nonresource:/healthz, list ~ "list" is a verb of Kubernetes objects; a nonresource takes {paths}
            k8s:nonresource:/healthz, GET ~ verb "GET" is not lower case; write "get"
            k8s:nonresource:/healthz, head ~ head is judged as get: write get
            k8s:nonresource:/healthz, gte ~ unknown verb "gte". Did you mean "get"? Expected {paths}
            k8s:nonresource:/healthz, UPGRADE ~ unknown verb "UPGRADE". Expected {paths}
            """)
    void tellsWhatIsWrongWithAVerb(String columns, String message) {
        requireProblem("p, user:alice, prod, " + columns + ", allow", message);
    }

    private static void requireProblem(String line, String message) {
        String expected =
                message.replace("{object}", OBJECT).replace("{verbs}", VERBS).replace("{paths}", PATH_VERBS);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> acl("# first", line))
                .withMessage("policy.csv:2: " + expected);
    }

    @Test
    void tellsAllProblemsAtOnce() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> acl(
                        "p, user:alice, prod, k8s:/pods, GET, allow",
                        "p, user:alice, prod, /api/**, list, allow",
                        "p, user:alice, prod, k8s:/pods ns=a name=x, get, allow",
                        "p, user:alice, prod, k8s:core/pods, get, allow",
                        "p, user:alice, prod, \"k8s:/pods  name=%78 ns=a\", get, allow"))
                .withMessage("""
                        policy.csv:1: "GET" is an HTTP method; a Kubernetes object takes %s
                        policy.csv:2: "list" is a Kubernetes verb, for an object that starts with k8s:; a path takes \
                        GET, POST, PUT, PATCH, DELETE, OPTIONS, UPGRADE (several joined by |) or *
                        policy.csv:4: the core group is written with nothing: "k8s:/pods"
                        policy.csv:5: the same rule stands in line 3""".formatted(VERBS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "k8s:/pods, get|list|watch, allow",
                "k8s:/pods, get | list, allow",
                "k8s:/pods name=x, *, allow",
                "k8s:/pods name=x, create|deletecollection, deny",
                "k8s:/pods/exec name=x, create, allow",
                "k8s:*/*/*, *|deletecollection|impersonate, allow",
                "k8s:cert-manager.io/certificates/status ns=a name=x*, patch, allow",
                "k8s:/users name=https://issuer%23alice%40example.com, impersonate, allow",
                "\"k8s:/groups name=cn=dev,ou=it\", impersonate, allow",
                "k8s:authentication.k8s.io/userextras/example.com/scopes, impersonate, allow",
                "k8s:/pods/resize, patch, allow",
                "k8s:nonresource:/, get, allow",
                "k8s:nonresource:/api/**, get, allow",
                "k8s:nonresource:/*/*/*, get|options, allow",
            })
    void takes(String columns) {
        assertThatNoException().isThrownBy(() -> acl("p, user:alice, prod, " + columns));
    }
}
