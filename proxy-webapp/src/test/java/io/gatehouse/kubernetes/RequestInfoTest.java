package io.gatehouse.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.KubernetesAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of {@code requestinfo_test.go}, and attacks C1 to C7. A dash stands for an empty part. */
class RequestInfoTest {

    @ParameterizedTest
    @CsvSource({
        // method, path, verb, group, version, namespace, resource, subresource, name
        "GET,    /api/v1/namespaces,                               list,             -, v1, -,     namespaces, -, -",
        "GET,    /api/v1/namespaces/,                              list,             -, v1, -,     namespaces, -, -",
        "GET,    /api/v1/namespaces/other,                         get,              -, v1, other, namespaces, -, other",
        "GET,    /api/v1/namespaces/other/pods,                    list,             -, v1, other, pods,       -, -",
        "GET,    /api/v1/namespaces/other/pods/foo,                get,              -, v1, other, pods,       -, foo",
        "HEAD,   /api/v1/namespaces/other/pods/foo,                get,              -, v1, other, pods,       -, foo",
        "GET,    /api/v1/pods,                                     list,             -, v1, -,     pods,       -, -",
        "HEAD,   /api/v1/pods,                                     list,             -, v1, -,     pods,       -, -",
        "GET,    /api/v1/proxy/namespaces/other/pods/foo,          proxy,            -, v1, other, pods,       -, foo",
        "GET,    /api/v1/proxy/namespaces/other/pods/foo/subpath/not/a/subresource, proxy, -, v1, other, pods, -, foo",
        "GET,    /api/v1/watch/pods,                               watch,            -, v1, -,     pods,       -, -",
        "GET,    /api/v1/watch/namespaces/other/pods,              watch,            -, v1, other, pods,       -, -",
        "GET,    /api/v1/watch/namespaces,                         watch,            -, v1, -,     namespaces, -, -",
        "DELETE, /api/v1/watch/pods,                               watch,            -, v1, -,     pods,       -, -",
        "GET,    /api/v1/namespaces/other/pods/foo/status,         get,              -, v1, other, pods, status, foo",
        "GET,    /api/v1/namespaces/other/pods/foo/proxy/subpath,  get,              -, v1, other, pods, proxy,  foo",
        "GET,    /api/v1/namespaces/d/pods/p/exec,                 get,              -, v1, d,     pods, exec,   p",
        "POST,   /api/v1/namespaces/d/pods/p/exec,                 create,           -, v1, d,     pods, exec,   p",
        "GET,    /api/v1/nodes/n/proxy/exec/a/b,                   get,              -, v1, -,     nodes, proxy, n",
        "PATCH,  /api/v1/namespaces/d/pods/p/ephemeralcontainers,  patch, -, v1, d, pods, ephemeralcontainers, p",
        "POST,   /api/v1/namespaces/d/serviceaccounts/s/token,     create, -, v1, d, serviceaccounts, token, s",
        "GET,    /api/v1/namespaces/d/services/https:x:443/proxy/, get,   -, v1, d, services, proxy, https:x:443",
        "PUT,    /api/v1/namespaces/other/finalize,                update,           -, v1, other, namespaces, finalize, other",
        "PUT,    /api/v1/namespaces/other/status,                  update,           -, v1, other, namespaces, status, other",
        "GET,    /api/v1/namespaces/other/status/x,                get,              -, v1, other, namespaces, status, other",
        "PATCH,  /api/v1/namespaces/other/pods/foo,                patch,            -, v1, other, pods,       -, foo",
        "DELETE, /api/v1/namespaces/other/pods/foo,                delete,           -, v1, other, pods,       -, foo",
        "POST,   /api/v1/namespaces/other/pods,                    create,           -, v1, other, pods,       -, -",
        "OPTIONS,/api/v1/namespaces/other/pods,                    -,                -, v1, other, pods,       -, -",
        "DELETE, /api/v1/nodes,                                    deletecollection, -, v1, -,     nodes,      -, -",
        "DELETE, /api/v1/namespaces,                               deletecollection, -, v1, -,     namespaces, -, -",
        "DELETE, /api/v1/namespaces/other/pods,                    deletecollection, -, v1, other, pods,       -, -",
        "DELETE, /apis/extensions/v1/namespaces/other/pods,        deletecollection, extensions, v1, other, pods, -, -",
        "POST,   /apis/extensions/v1/namespaces/other/pods,        create,           extensions, v1, other, pods, -, -",
        "POST,   /apis/extensions/v1beta3/namespaces/other/pods,   create,      extensions, v1beta3, other, pods, -, -",
        "GET,    /api/version/resource,                            list,             -, version, -, resource, -, -",
        "GET,    /apis/group/version/resource/name/subresource,    get,   group, version, -, resource, subresource, name",
        "GET,    /api/version/resource/name/subresource,           get,       -, version, -, resource, subresource, name",
        "GET,    /apis/batch/v1/job,                               list,             batch, v1, -, job, -, -",
        "GET,    /apis/batch/v1/job/foo,                           get,              batch, v1, -, job, -, foo",
        "GET,    /apis/batch/v1/job/foo/scale,                     get,              batch, v1, -, job, scale, foo"
    })
    void readsAResource(
            String method,
            String path,
            String verb,
            String group,
            String version,
            String namespace,
            String resource,
            String subresource,
            String name) {
        KubernetesAction action = action(method, path);
        assertThat(action)
                .isEqualTo(new KubernetesAction(
                        true,
                        part(verb),
                        part(group),
                        version,
                        part(namespace),
                        resource,
                        part(subresource),
                        part(name),
                        path,
                        "",
                        ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api",
                "/api/",
                "/api/version",
                "/api/version/",
                "/apis",
                "/apis/extensions",
                "/apis/extensions/v1beta1",
                "/apis/extensions/v1beta1/",
                "/apis/group/version/",
                "/apis/version/resource",
                "/badprefix/version/resource",
                "/not-api/version/resource",
                "/API/v1/secrets",
                "/apix/v1/secrets",
                "/openapi/v3",
                "/metrics",
                "/logs/",
                "/healthz",
                "/debug/pprof/heap",
                "/.well-known/openid-configuration",
                "/version"
            })
    void knowsWhatIsNoResource(String path) {
        assertThat(action("GET", path)).isEqualTo(KubernetesAction.nonResource("get", path));
        assertThat(action("OPTIONS", path).verb()).isEqualTo("options");
        assertThat(action("HEAD", path).verb()).isEqualTo("head");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/watch", "/api/v1/watch/", "/api/v1/proxy", "/apis/g/v1/proxy"})
    void refusesAPathVerbThatNothingFollows(String path) {
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> action("GET", path));
    }

    /** Go's reading of a byte that is no UTF-8 and ours could differ. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fieldSelector=metadata.name=a%FF",
                "fieldSelector=%C0%AF",
                "fieldSelector=%EF%BF%BD",
                "labelSelector=a=%ED%A0%80"
            })
    void refusesASelectorThatIsNoText(String query) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> action("GET", "/api/v1/pods?" + query))
                .withMessageContaining("is not UTF-8");
        assertThat(action("GET", "/api/v1/namespaces/d/pods/p?" + query).name()).isEqualTo("p");
    }

    /** An API server made with a Go of 2026 reads no query at all when it has more, an older one reads them all. */
    @Test
    void refusesMoreParametersThanEveryApiServerReads() {
        String query = "fieldSelector=metadata.name=mine" + "&".repeat(9_999);
        assertThat(action("GET", "/api/v1/secrets?" + query).name()).isEqualTo("mine");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> action("GET", "/api/v1/secrets?" + query + "&"))
                .withMessageContaining("more than 10000 parameters");
    }

    @Test
    void readsTheDecodedPath() {
        KubernetesAction action = action("GET", "/api/v1/namespaces/d/services/https%3Ax%3A443/proxy/a%20b");
        assertThat(action.name()).isEqualTo("https:x:443");
        assertThat(action.path()).isEqualTo("/api/v1/namespaces/d/services/https:x:443/proxy/a b");
    }

    /** Attack C4. */
    @ParameterizedTest
    @CsvSource({
        "watch=1,                 watch",
        "watch=true,              watch",
        "watch=TRUE,              watch",
        "watch=yes,               watch",
        "watch,                   watch",
        "watch=,                  watch",
        "watch=no,                watch",
        "watch=f,                 watch",
        "watch=00,                watch",
        "watch=0,                 list",
        "watch=false,             list",
        "watch=False,             list",
        "watch=fAlSe,             list",
        "watch=false&watch=true,  list",
        "watch=true&watch=false,  watch",
        "w%61tch=1,               watch",
        "watch=%30,               list",
        "watch=+0,                watch",
        "WATCH=1,                 list",
        "watch%20=1,              list",
        "watch=%zz&watch=0,       list",
        "watch=1;x=2,             list",
        // A long s folds to an s, as Go's EqualFold has it, but is lower case already where an option does not decode.
        "watch=fal%C5%BFe,                    list",
        "watch=fal%C5%BFe&limit=x,            watch",
        "watch=FAL%C5%BFE&labelSelector=((,   watch",
        "watch=fal%C5%BFe&fieldSelector=x,    watch",
        "watch=False&fieldSelector=x,         list",
        "a;b&watch=1,             watch",
        "watch=1&limit=x,         watch",
        "watch=0&limit=x,         list",
        "'',                      list"
    })
    void readsAWatchAsKubeApiserverDoes(String query, String verb) {
        assertThat(action("GET", "/api/v1/secrets?" + query).verb()).isEqualTo(verb);
        assertThat(action("GET", "/api/v1/namespaces/d/secrets?" + query).verb())
                .isEqualTo(verb);
        assertThat(action("GET", "/api/v1/namespaces/d/secrets/s?" + query).verb())
                .isEqualTo("get");
    }

    @ParameterizedTest
    @CsvSource({
        // method, rest behind /apis/group/version/, verb, name, field selector, label selector
        "GET,    resource,                                                     list,  -,     -,                     -",
        "GET,    resource?fieldSelector=metadata.name=name1,                   list,  name1, metadata.name=name1,   -",
        "GET,    resource?fieldSelector=metadata.name%3Dname1,                 list,  name1, metadata.name=name1,   -",
        "GET,    resource?fieldSelector=metadata.name==name1,                  list,  name1, metadata.name==name1,  -",
        "GET,    resource?fieldSelector=metadata.name=name1&watch=true,        watch, name1, metadata.name=name1,   -",
        "GET,    resource?fieldSelector=metadata.name!=name1,                  list,  -,     metadata.name!=name1,  -",
        "GET,    resource?fieldSelector=foo%3Dbar&labelSelector=baz%3Dqux,     list,  -,     foo=bar,             baz=qux",
        "GET,    resource?fieldSelector=a=b%2Cmetadata.name=x,                 list,  x,     'a=b,metadata.name=x', -",
        "GET,    resource?fieldSelector=%2C%2Cmetadata.name=x%2C,              list,  x,     ',,metadata.name=x,',  -",
        "GET,    resource?fieldSelector=metadata.name=b%2Cmetadata.name=a, list,  a, 'metadata.name=b,metadata.name=a', -",
        // Sorted by their bytes, not by UTF-16's units.
        "GET,    resource?fieldSelector=metadata.name=%F0%9F%98%80%2Cmetadata.name=%EE%80%80, list, \uE000, 'metadata.name=\uD83D\uDE00,metadata.name=\uE000', -",
        "GET,    resource?fieldSelector=metadata.name=name1%2Cfoo,             list,  -,     'metadata.name=name1,foo', -",
        "GET,    resource?fieldSelector=metadata.name=name1%2Cfoo&watch=true,  watch, -,     'metadata.name=name1,foo', -",
        "GET,    resource?fieldSelector=metadata.name=name1%2Cfoo&watch=false, list,  -,     'metadata.name=name1,foo', -",
        "GET,    resource?fieldSelector=metadata.name=a%5C%2Cb,                list,  'a,b', 'metadata.name=a\\,b', -",
        "GET,    resource?fieldSelector=metadata.name=a%5Cb,                   list,  -,     metadata.name=a\\b,    -",
        "GET,    resource?fieldSelector=metadata.name=a=b,                     list,  -,     metadata.name=a=b,     -",
        "GET,    resource?fieldSelector=metadata.name=.,                       list,  -,     metadata.name=.,       -",
        "GET,    resource?fieldSelector=metadata.name=..,                      list,  -,     metadata.name=..,      -",
        "GET,    resource?fieldSelector=metadata.name=a/b,                     list,  -,     metadata.name=a/b,     -",
        "GET,    resource?fieldSelector=metadata.name=a%2525b,                 list,  -,     metadata.name=a%25b,   -",
        "GET,    resource?fieldSelector=metadata.name=,                        list,  -,     metadata.name=,        -",
        "GET,    resource?fieldSelector=metadata.name=x&limit=5,               list,  x,     metadata.name=x,       -",
        "GET,    resource?fieldSelector=metadata.name=x&limit=,                list,  -,     metadata.name=x,       -",
        "GET,    resource?fieldSelector=metadata.name=x&limit=%D9%A1,          list,  -,     metadata.name=x,       -",
        "GET,    resource?fieldSelector=metadata.name=x&timeoutSeconds=1s,     list,  -,     metadata.name=x,       -",
        "GET,    resource?fieldSelector=metadata.name=x&labelSelector=a,       list,  x,     metadata.name=x,       a",
        "GET,    resource?fieldSelector=metadata.name=x&labelSelector=a+in+(),  list, x,    metadata.name=x,       a in ()",
        "GET,    resource?fieldSelector=metadata.name=x&labelSelector=%00((,   list,  x,     metadata.name=x,       '\u0000(('",
        "GET,    resource?fieldSelector=metadata.name=x&labelSelector=a%00b,   list,  -,     metadata.name=x,       a\u0000b",
        "GET,    resource?fieldSelector=metadata.name=x&labelSelector=((,      list,  -,     metadata.name=x,       ((",
        "GET,    resource?fieldSelector=metadata.name=x&labelSelector=((&watch=1, watch, -,  metadata.name=x,       ((",
        "DELETE, resource?fieldSelector=foo%3Dbar&labelSelector=baz%3Dqux, deletecollection, -, foo=bar,          baz=qux",
        "DELETE, resource?fieldSelector=metadata.name=x,                   deletecollection, -, metadata.name=x,    -",
        "GET,    resource?fieldSelector=metadata.name=foo&fieldSelector=x=y&labelSelector=a&labelSelector=b, list, foo, metadata.name=foo, a",
        "GET,    resource?fieldSelector=metadata.name=foo&fieldSelector=metadata.name=bar&labelSelector=foo=bar&labelSelector=foo=baz, list, foo, metadata.name=foo, foo=bar",
        "GET,    resource/name?fieldSelector=foo=bar&labelSelector=foo=bar,    get,   name,  -,                     -",
        "GET,    watch/resource?fieldSelector=metadata.name=foo&labelSelector=foo=bar,      watch, -,    -,         -",
        "GET,    watch/resource/name?fieldSelector=metadata.name=foo&labelSelector=foo=bar, watch, name, -,         -",
        "GET,    resource/name?fieldSelector=metadata.name=other,              get,   name,  -,                     -",
        "POST,   resource?fieldSelector=metadata.name=other,                   create, -,    -,                     -",
        "GET,    watch/resource?fieldSelector=metadata.name=name1,             watch, -,     -,                     -",
        "GET,    watch/resource/name?fieldSelector=metadata.name=other,        watch, name,  -,                     -"
    })
    void readsSelectors(String method, String rest, String verb, String name, String field, String label) {
        KubernetesAction action = action(method, "/apis/group/version/" + rest);
        assertThat(action.resource()).isEqualTo("resource");
        assertThat(action.verb()).isEqualTo(verb);
        assertThat(action.name()).isEqualTo(part(name));
        assertThat(action.fieldSelector()).isEqualTo(part(field));
        assertThat(action.labelSelector()).isEqualTo(part(label));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /api/v1/pods,                                            false",
        "GET,  /api/v1/pods?watch=1,                                    true",
        "GET,  /api/v1/pods?watch=0,                                    false",
        "GET,  /api/v1/watch/pods,                                      true",
        "GET,  /api/v1/proxy/nodes/n,                                   true",
        "GET,  /api/v1/namespaces/d/pods/p,                             false",
        "GET,  /api/v1/namespaces/d/pods/p/exec,                        true",
        "POST, /api/v1/namespaces/d/pods/p/attach,                      true",
        "POST, /api/v1/namespaces/d/pods/p/portforward,                 true",
        "GET,  /api/v1/namespaces/d/services/s/proxy/events,            true",
        "GET,  /api/v1/nodes/n/proxy/logs,                              true",
        "GET,  /api/v1/namespaces/d/pods/p/log,                         false",
        "GET,  /api/v1/namespaces/d/pods/p/log?follow=true,             true",
        "GET,  /api/v1/namespaces/d/pods/p/log?follow,                  true",
        "GET,  /api/v1/namespaces/d/pods/p/log?follow=0,                false",
        "GET,  /api/v1/namespaces/d/pods/p/log?follow=False,            false",
        "GET,  /api/v1/namespaces/d/pods/p/status,                      false",
        "POST, /api/v1/namespaces/d/pods/p/eviction,                    false",
        "GET,  /debug/pprof/profile?seconds=30,                         true",
        "GET,  /metrics,                                                false"
    })
    void knowsWhatMayLast(String method, String target, boolean lasts) {
        assertThat(LongRunning.is(action(method, target), target(target).query()))
                .isEqualTo(lasts);
    }

    private static KubernetesAction action(String method, String target) {
        return RequestInfo.of(method, target(target));
    }

    private static RequestTarget target(String target) {
        int question = target.indexOf('?');
        return question < 0
                ? RequestTarget.of(target, null)
                : RequestTarget.of(target.substring(0, question), target.substring(question + 1));
    }

    private static String part(String text) {
        return text.equals("-") ? "" : text;
    }
}
