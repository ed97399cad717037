package io.gatehouse.plugin.acl;

import static io.gatehouse.plugin.acl.AclTesting.ALICE;
import static io.gatehouse.plugin.acl.AclTesting.acl;
import static io.gatehouse.plugin.acl.AclTesting.action;
import static io.gatehouse.plugin.acl.AclTesting.asked;
import static io.gatehouse.plugin.acl.AclTesting.identity;
import static io.gatehouse.plugin.acl.AclTesting.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.KubernetesAction;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules on Kubernetes objects mean. Requests are written as {@link AclTesting#asked} reads them. */
class KubernetesRulesTest {

    private static Decision ask(Authorizer acl, String text) {
        return acl.authorize(asked(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # group and resource
            k8s:/pods                        | get           | get core/pods a x                | yes
            k8s:/pods                        | get           | get apps/pods a x                | no
            k8s:/pods                        | get           | get core/services a x            | no
            k8s:apps/deployments             | get           | get apps/deployments a x         | yes
            k8s:apps/deployments             | get           | get core/deployments a x         | no
            k8s:*/deployments                | get           | get apps/deployments a x         | yes
            k8s:*/pods                       | get           | get core/pods a x                | yes
            k8s:/*                           | get           | get core/pods a x                | yes
            k8s:/*                           | get           | get apps/deployments a x         | no
            k8s:*/*                          | get           | get apps/deployments a x         | yes
            k8s:*/*                          | get           | get core/nodes - x               | yes
            # verbs
            k8s:/pods                        | get           | list core/pods a -               | no
            k8s:/pods                        | get,list      | list core/pods a -               | yes
            k8s:/pods                        | get,list      | watch core/pods a -              | no
            k8s:/pods                        | *             | get core/pods a x                | yes
            k8s:/pods                        | *             | list core/pods a -               | yes
            k8s:/pods                        | *             | watch core/pods a -              | yes
            k8s:/pods                        | *             | create core/pods a -             | yes
            k8s:/pods                        | *             | update core/pods a x             | yes
            k8s:/pods                        | *             | patch core/pods a x              | yes
            k8s:/pods                        | *             | delete core/pods a x             | yes
            k8s:/pods                        | *             | deletecollection core/pods a -   | no
            k8s:/pods                        | *,deletecollection | deletecollection core/pods a - | yes
            k8s:/pods                        | delete        | deletecollection core/pods a -   | no
            k8s:/users                       | *             | impersonate core/users - bob     | no
            k8s:*/*                          | *,deletecollection | impersonate core/users - bob | no
            k8s:/users                       | impersonate   | impersonate core/users - bob     | yes
            k8s:/users name=bob              | impersonate   | impersonate core/users - bob     | yes
            k8s:/users name=bob              | impersonate   | impersonate core/users - eve     | no
            k8s:/groups name=b*              | impersonate   | impersonate core/groups - boys   | yes
            k8s:authentication.k8s.io/userextras/scopes | impersonate | impersonate authentication.k8s.io/userextras/scopes - all | yes
            k8s:authentication.k8s.io/userextras/scopes | impersonate | impersonate authentication.k8s.io/userextras/other - all | no
            k8s:authentication.k8s.io/userextras/a.io/b | impersonate | impersonate authentication.k8s.io/userextras/a.io/b - all | yes
            k8s:*/*                          | *             | - core/pods a x                  | no
            k8s:*/*                          | *             | proxy core/pods a x              | no
            # subresources
            k8s:/pods                        | *             | get core/pods/log a x            | no
            k8s:/pods/log                    | get           | get core/pods/log a x            | yes
            k8s:/pods/log                    | get           | get core/pods a x                | no
            k8s:/pods/*                      | *             | get core/pods a x                | no
            k8s:/pods/*                      | *             | get core/pods/log a x            | yes
            k8s:/pods/*                      | *             | update core/pods/status a x      | yes
            k8s:/pods/*                      | *             | create core/pods/exec a x        | no
            k8s:/pods/*                      | *             | create core/pods/attach a x      | no
            k8s:/pods/*                      | *             | create core/pods/portforward a x | no
            k8s:/pods/*                      | *             | get core/pods/proxy a x          | no
            k8s:/pods/*                      | *             | patch core/pods/ephemeralcontainers a x | no
            k8s:*/*/*                        | *             | create core/serviceaccounts/token a x | no
            k8s:*/*/*                        | *             | get core/nodes/proxy - x         | no
            k8s:*/*/scale                    | update        | update apps/deployments/scale a x | yes
            k8s:/pods/exec                   | *             | create core/pods/exec a x        | yes
            k8s:/*/exec                      | create        | create core/pods/exec a x        | yes
            k8s:*/*/proxy                    | get           | get core/nodes/proxy - x         | yes
            k8s:/serviceaccounts/token       | create        | create core/serviceaccounts/token a x | yes
            # namespaces
            k8s:/pods                        | list          | list core/pods - -               | yes
            k8s:/nodes                       | get           | get core/nodes - x               | yes
            k8s:/pods ns=a                   | get           | get core/pods a x                | yes
            k8s:/pods ns=a                   | get           | get core/pods ab x               | no
            k8s:/pods ns=a                   | list          | list core/pods - -               | no
            k8s:/pods ns=team-*              | list          | list core/pods team-a -          | yes
            k8s:/pods ns=team-*              | list          | list core/pods team -            | no
            k8s:/pods ns=te*                 | list          | list core/pods team -            | yes
            k8s:/pods ns=te*                 | list          | list core/pods te -              | yes
            k8s:/pods ns=te*                 | list          | list core/pods t -               | no
            k8s:/pods ns=te*                 | list          | list core/pods - -               | no
            k8s:/pods ns=*                   | list          | list core/pods a -               | yes
            k8s:/pods ns=*                   | list          | list core/pods - -               | no
            k8s:*/* ns=*                     | get           | get core/nodes - x               | no
            k8s:/namespaces ns=a             | get           | get core/namespaces a a          | yes
            k8s:/namespaces name=a           | get           | get core/namespaces a a          | yes
            k8s:/namespaces name=a ns=b      | get           | get core/namespaces a a          | no
            k8s:/namespaces ns=a             | list          | list core/namespaces - -         | no
            k8s:/* ns=a                      | delete        | delete core/namespaces a a       | yes
            # names
            k8s:/pods name=x                 | get           | get core/pods a x                | yes
            k8s:/pods name=x                 | get           | get core/pods a xy               | no
            k8s:/pods name=x                 | list,watch    | list core/pods a -               | no
            k8s:/pods name=x                 | list,watch    | watch core/pods a -              | no
            k8s:/pods name=x                 | list,watch    | list core/pods a x               | yes
            k8s:/pods name=x                 | *             | create core/pods a -             | no
            k8s:/pods/exec name=x            | create        | create core/pods/exec a x        | yes
            k8s:/pods/exec name=x            | create        | create core/pods/exec a y        | no
            k8s:/pods name=web*              | get           | get core/pods a web1             | yes
            k8s:/pods name=web*              | get           | get core/pods a we               | no
            k8s:/pods name=*                 | list          | list core/pods a -               | no
            k8s:/pods ns=a name=x            | get           | get core/pods a x                | yes
            k8s:/pods ns=a name=x            | get           | get core/pods b x                | no
            k8s:/pods name=%78%2A            | get           | get core/pods a x*               | yes
            """)
    void anAllowIsForWhatIsWritten(String object, String verbs, String request, String allowed) {
        Authorizer acl = acl("p, user:alice, prod, " + object + ", " + verbs.replace(',', '|') + ", allow");
        String verb = request.startsWith("-") || request.startsWith("proxy") ? "this verb" : request.split(" ")[0];
        assertThat(ask(acl, request))
                .isEqualTo(
                        allowed.equals("yes")
                                ? Decision.allow("policy.csv:1")
                                : Decision.noOpinion("no rule of policy.csv allows " + verb));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            k8s:/pods            | *       | get core/pods a x                     | yes
            k8s:/pods            | *       | deletecollection core/pods a -        | yes
            k8s:*/*              | *       | impersonate core/users - bob          | yes
            k8s:*/*              | *       | - core/pods a x                       | yes
            k8s:*/*              | *       | proxy core/pods a x                   | yes
            k8s:*/*              | *       | create core/pods/exec a x             | yes
            k8s:*/*              | *       | get core/nodes/proxy - x              | yes
            k8s:/pods            | *       | create core/pods/exec a x             | yes
            k8s:/pods            | get     | get core/pods/log a x                 | yes
            k8s:/pods            | get     | list core/pods a -                    | no
            k8s:/pods/*          | *       | create core/pods/exec a x             | yes
            k8s:/pods/*          | *       | create core/serviceaccounts/token a x | no
            k8s:/pods/*          | *       | get core/pods a x                     | no
            k8s:/pods/log        | *       | get core/pods/log a x                 | yes
            k8s:/pods/log        | *       | get core/pods a x                     | no
            k8s:/secrets ns=a    | *       | get core/secrets a x                  | yes
            k8s:/secrets ns=a    | *       | get core/secrets b x                  | no
            k8s:/secrets ns=a    | *       | list core/secrets - -                 | yes
            k8s:/secrets ns=a    | *       | watch core/secrets - -                | yes
            k8s:/secrets ns=a    | *       | list core/secrets b -                 | no
            k8s:/secrets ns=a    | get     | list core/secrets - -                 | no
            k8s:*/* ns=a         | *       | get core/nodes - x                    | no
            k8s:*/* ns=a         | *       | create core/namespaces - -            | no
            k8s:*/* ns=a         | *       | list core/nodes - -                   | yes
            k8s:*/* ns=a*        | *       | list core/pods - -                    | yes
            k8s:*/* ns=*         | *       | list core/pods - -                    | yes
            k8s:/secrets name=x  | *       | get core/secrets a x                  | yes
            k8s:/secrets name=x  | *       | get core/secrets a y                  | no
            k8s:/secrets name=x  | *       | list core/secrets a -                 | yes
            k8s:/secrets name=x  | *       | list core/secrets a y                 | no
            k8s:/secrets name=x  | *       | deletecollection core/secrets a -     | yes
            k8s:/secrets name=x  | create  | create core/secrets a -               | yes
            k8s:/secrets name=x  | get     | create core/secrets a -               | no
            k8s:/secrets ns=a name=x | *   | list core/secrets - -                 | yes
            k8s:/secrets ns=a name=x | *   | list core/secrets - x                 | yes
            k8s:/secrets ns=a name=x | *   | list core/secrets - y                 | no
            k8s:/secrets ns=a name=x | *   | list core/secrets b -                 | no
            """)
    void aDenyIsNeverNarrowerThanItReads(String object, String verbs, String request, String denied) {
        Authorizer acl = acl(
                "p, *, *, /**, *, allow",
                "p, *, *, k8s:*/*, impersonate, allow",
                "p, group:dev, *, " + object + ", " + verbs.replace(',', '|') + ", deny");
        Decision open = Decision.allow(request.startsWith("impersonate") ? "policy.csv:2" : "policy.csv:1");
        assertThat(ask(acl, request)).isEqualTo(denied.equals("yes") ? Decision.deny("policy.csv:3") : open);
    }

    @Test
    void objectsAreOfKubernetesTargetsOnly() {
        Authorizer acl = acl(
                "p, user:alice, *, k8s:*/*, *, allow",
                "p, user:alice, *, k8s:nonresource:/**, *, allow",
                "p, user:bob, *, /**, GET, allow",
                "p, user:bob, *, k8s:*/*, *, deny");
        assertThat(acl.authorize(request(ALICE, "GET", "wiki", "/api/v1/pods"))).isInstanceOf(Decision.NoOpinion.class);
        assertThat(acl.authorize(request(identity("bob"), "GET", "wiki", "/api/v1/pods")))
                .isEqualTo(Decision.allow("policy.csv:3"));
        assertThat(ask(acl, "get core/pods a x")).isEqualTo(Decision.allow("policy.csv:1"));
        assertThat(acl.authorize(request(identity("bob"), "prod", action("get", "/pods", "a", "x"))))
                .isEqualTo(Decision.deny("policy.csv:4"));
    }

    @Test
    void pathRulesGoOnWorkingBesideObjectsButNeverLendAnotherName() {
        Authorizer acl = acl(
                "p, user:alice, prod, /**, *|UPGRADE, allow",
                "p, user:alice, prod, k8s:/secrets, *, deny",
                "p, user:bob, prod, k8s:/users name=carol, impersonate, allow");
        assertThat(ask(acl, "list core/pods a -")).isEqualTo(Decision.allow("policy.csv:1"));
        assertThat(ask(acl, "list core/secrets a -")).isEqualTo(Decision.deny("policy.csv:2"));
        assertThat(ask(acl, "impersonate core/users - carol"))
                .isEqualTo(Decision.noOpinion("no rule of policy.csv allows impersonate"));
        AccessRequest asked = request(
                identity("bob"), "prod", "GET", action("impersonate", "/users", "", "carol"), Optional.of("websocket"));
        assertThat(acl.authorize(asked)).isEqualTo(Decision.allow("policy.csv:3"));
    }

    @Test
    void rolesTargetsAndFirstLinesAreThoseOfPaths() {
        Authorizer acl = acl(
                "g, group:dev, role:editor",
                "g, role:editor, role:viewer",
                "p, role:viewer, test, k8s:/pods, get, allow",
                "p, role:viewer, prod, k8s:/pods ns=a*, get, allow",
                "p, role:editor, *, k8s:*/*, get, allow",
                "p, *, prod, k8s:/pods ns=ab, get, deny",
                "p, *, prod, /apis/kubernetes, DELETE, deny");
        assertThat(ask(acl, "get core/pods a x")).isEqualTo(Decision.allow("policy.csv:4"));
        assertThat(ask(acl, "get core/pods b x")).isEqualTo(Decision.allow("policy.csv:5"));
        assertThat(ask(acl, "get core/pods ab x")).isEqualTo(Decision.deny("policy.csv:6"));
        assertThat(acl.authorize(request(identity("bob"), "prod", action("get", "/pods", "a", "x"))))
                .isInstanceOf(Decision.NoOpinion.class);
    }

    @Test
    void anAmbiguousPathIsRefusedWhateverTheObject() {
        KubernetesAction action = new KubernetesAction(true, "get", "", "v1", "a", "pods", "", "x", "/a/..", "", "");
        assertThat(acl("p, *, *, k8s:*/*, *, allow").authorize(request(ALICE, "prod", action)))
                .isEqualTo(Decision.deny("policy.csv: the path is not canonical"));
    }
}
