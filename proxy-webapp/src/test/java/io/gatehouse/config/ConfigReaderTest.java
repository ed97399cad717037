package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.pipeline.PersonLimits;
import io.gatehouse.request.CertificateFormat;
import io.gatehouse.request.CertificateHeader;
import io.gatehouse.target.EntryRules;
import io.gatehouse.target.WebRules;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

    @TempDir
    Path folder;

    private TestHome home;

    @BeforeEach
    void makeHome() {
        home = new TestHome(folder);
    }

    @Test
    void readsEverything() {
        home.environment.put("SECRET", "s3cret");
        home.file("ca.pem", "PEM").file("token", "abc\n");
        GatehouseConfig config = home.read(TestHome.BASE + """
                listen:
                  address: 0.0.0.0
                  port: 9443
                  tls: false
                  certificate: /etc/tls/tls.crt
                trusted-proxies: [10.0.0.0/8, "::1"]
                tls-terminators: 192.168.0.1
                client-certificate-header: {name: X-Tls-Client, format: pem}
                authenticators:
                  staff: {plugin: htpasswd, file: htpasswd}
                streams: {idle: 2h, max-age: 7d, platform-threads: 50}
                per-user: {requests: 7, streams: 70}
                shutdown-grace: 1m
                targets:
                  prod:
                    path: /clusters/prod/
                    url: https://prod.example.com:6443/base
                    kubernetes: true
                    ca: ca.pem
                    tls-server-name: kubernetes
                    token-file: token
                    authenticators: [staff, anonymous]
                    authorizers: policy
                    combine: all
                    identity: silent
                    browser-sessions: shared-origin
                    connections: 10
                    streams: 20
                    streams-per-user: 5
                    connect-timeout: 500ms
                    response-timeout: 5m
                  grafana:
                    host: grafana.gate.example.com
                    url: http://[::1]:3000
                    basic: {user: alice, password: "${env:SECRET}"}
                    authenticators: [staff]
                    authorizers: [policy]
                    identity: silent
                """).orElseThrow();
        assertThat(home.problems.list()).isEmpty();
        assertThat(config.listen().address()).isEqualTo("0.0.0.0");
        assertThat(config.listen().port()).isEqualTo(9443);
        assertThat(config.listen().tls()).isFalse();
        assertThat(config.listen().certificate()).isEqualTo(Path.of("/etc/tls/tls.crt"));
        assertThat(config.listen().key()).isEqualTo(folder.resolve("tls/server.key"));
        assertThat(config.certificateHeader()).contains(new CertificateHeader("X-Tls-Client", CertificateFormat.PEM));
        assertThat(config.streams().idle()).isEqualTo(Duration.ofHours(2));
        assertThat(config.person()).isEqualTo(new PersonLimits(7, 70));
        assertThat(config.shutdownGrace()).isEqualTo(Duration.ofMinutes(1));
        var prod = config.targets().get("prod");
        assertThat(prod.server()).isEqualTo(URI.create("https://prod.example.com:6443/base"));
        assertThat(prod.usable()).isTrue();
        assertThat(prod.path()).contains("/clusters/prod/");
        assertThat(prod.authorities().orElseThrow().text()).isEqualTo("PEM");
        assertThat(prod.credential().authorization().orElseThrow().reveal()).isEqualTo("Bearer abc");
        assertThat(prod.access().authenticators()).containsExactly("staff", "anonymous");
        assertThat(prod.access().all()).isTrue();
        assertThat(prod.access().sharedOrigin()).isTrue();
        assertThat(prod.limits().connectTimeout()).isEqualTo(Duration.ofMillis(500));
        var grafana = config.targets().get("grafana");
        assertThat(grafana.host()).contains("grafana.gate.example.com");
        assertThat(grafana.credential().authorization().orElseThrow().reveal()).isEqualTo("Basic YWxpY2U6czNjcmV0");
        assertThat(grafana.access().all()).isFalse();
    }

    @Test
    void listensOnThisMachineAloneWhereNothingElseIsWritten() {
        GatehouseConfig.Listen listen = home.read(TestHome.BASE).orElseThrow().listen();
        assertThat(listen.address()).isEqualTo("127.0.0.1");
        assertThat(listen.tls()).isTrue();
    }

    @Test
    void readsWhatATargetTakes() {
        EntryRules rules = home.read(TestHome.BASE + "targets:\n  x: {path: /x/, url: \"http://x\", " + TestHome.ACCESS
                        + ", accept-hosts: [gate.example.com, \"*.localhost\", \"[::1]\"], reject-methods: UPGRADE,"
                        + " allow-paths: [/api/**, /metrics], ignore-paths: [/healthz], requests-per-second: 50}\n")
                .orElseThrow()
                .targets()
                .values()
                .iterator()
                .next()
                .access()
                .entry();
        assertThat(home.problems.list()).isEmpty();
        assertThat(rules.acceptHosts()).containsExactlyInAnyOrder("gate.example.com", "*.localhost", "[::1]");
        assertThat(rules.rejectMethods()).containsExactly("UPGRADE");
        assertThat(rules.allowPaths()).hasSize(2);
        assertThat(rules.ignored("/healthz")).isPresent();
    }

    @Test
    void saysWhatIsWrongWithWhatATargetTakes() {
        assertThat(home.problemsBehindBase("targets:\n  x: {path: /x/, url: \"http://x\", " + TestHome.ACCESS
                        + ", accept-hosts: [\"gate:443\"], accept-methods: [get], allow-paths: [],"
                        + " reject-paths: [/a*, /%2e], burst: 3}\n"))
                .contains(
                        "\"accept-hosts\": \"gate:443\": expected a lower-case host name or address without a port",
                        "\"accept-methods\": \"get\": expected one of GET,",
                        "\"allow-paths\" is empty: expected a value, or not the key",
                        "\"reject-paths\": \"/a*\": expected * as a whole segment, or /** at the end",
                        "\"reject-paths\": \"/%2e\": expected a path such as /metrics or /api/**: ",
                        "\"burst\" has a meaning with \"requests-per-second\" only");
    }

    @Test
    void hasSafeDefaults() {
        GatehouseConfig config = home.read(TestHome.BASE).orElseThrow();
        assertThat(home.problems.list()).isEmpty();
        assertThat(config.listen().address()).isEqualTo("127.0.0.1");
        assertThat(config.listen().tls()).isTrue();
        assertThat(config.trustedProxies().isEmpty()).isTrue();
        assertThat(config.tlsTerminators().isEmpty()).isTrue();
        assertThat(config.audit().queue()).isEqualTo(65_536);
        assertThat(config.audit().sensitiveParameters()).contains("token", "access_token", "authorization");
        assertThat(config.person()).isEqualTo(new PersonLimits(160, 1_000));
        assertThat(config.streams().idle()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void readsHowAnApplicationIsServed() {
        GatehouseConfig config = home.read(TestHome.BASE + """
                authenticators:
                  staff: {plugin: htpasswd, file: htpasswd}
                targets:
                  usual: {path: /a/, url: "http://a", authenticators: staff, authorizers: policy, identity: silent}
                  wiki:
                    path: /wiki/
                    url: http://wiki
                    authenticators: staff
                    authorizers: policy
                    identity: silent
                    foreign-redirects: pass
                    rewrite-links: false
                    upstream-names: [wiki.internal, "[fd00::1]:8080"]
                    encoded-slash: true
                """).orElseThrow();
        assertThat(home.problems.list()).isEmpty();
        assertThat(config.targets().get("usual").web()).isEqualTo(WebRules.DEFAULT);
        assertThat(config.targets().get("wiki").web())
                .isEqualTo(new WebRules(
                        WebRules.ForeignRedirects.PASS, false, Set.of("wiki.internal", "[fd00::1]:8080"), true));
    }

    @Test
    void saysWhatIsWrongWithHowAnApplicationIsServed() {
        assertThat(home.problems(TestHome.BASE + """
                targets:
                  wiki:
                    path: /wiki/
                    url: http://wiki
                    authenticators: anonymous
                    authorizers: policy
                    identity: silent
                    foreign-redirects: follow
                    rewrite-links: sometimes
                    upstream-names: [wiki.internal, "http://Wiki"]
                    encoded-slash: yes
                """))
                .contains("\"foreign-redirects\": expected browsers, pass or refuse")
                .contains("\"rewrite-links\": expected true or false")
                .contains("\"upstream-names\": expected lower-case host names, each with a port or without, such as"
                        + " wiki.internal:8080")
                .contains("\"encoded-slash\": expected true or false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: Client-Cert}|8:1: \"client-certificate-header\" is believed from \"tls-terminators\" only: list them",
                "{name: Client-Cert}; tls-terminators: []|8:1: \"client-certificate-header\" is believed from \"tls-terminators\" only: list them",
                "{format: pem}; tls-terminators: 10.0.0.1|8:1: \"client-certificate-header\" has no \"name\"",
                "{name: Client_Cert}; tls-terminators: 10.0.0.1|8:35: \"name\": expected a header's name of its own, such as Client-Cert",
                "{name: COOKIE}; tls-terminators: 10.0.0.1|8:35: \"name\": expected a header's name of its own, such as Client-Cert",
                "{name: A, format: der}; tls-terminators: 10.0.0.1|8:46: \"format\": expected one of rfc9440, pem, xfcc",
                "{name: A, trust: all}; tls-terminators: 10.0.0.1|8:38: unknown key \"trust\"."
            })
    void saysWhatIsWrongWithTheHeaderForCertificates(String keys, String problem) {
        assertThat(home.problems(TestHome.BASE + "client-certificate-header: " + keys.replace("; ", "\n") + "\n"))
                .isEqualTo("1) gatehouse.yaml:" + problem);
    }

    @Test
    void saysAllAtOnceWithItsPlace() {
        assertThat(home.problems("""
                        listen:
                          adress: 0.0.0.0
                          port: 70000
                          tls: yes
                        trusted-proxies: [10.0.0.0/33]
                        authenticators:
                          Staff: {plugin: htpasswd}
                          anonymous: {plugin: htpasswd}
                          nameless: {file: x}
                          empty:
                        authorizers:
                          policy: {plugin: acl}
                        audit:
                          sinks:
                            local: {plugin: audit-file}
                          queue: 10
                        streams:
                          idle: 1m
                          max-age: [1d]
                        targets:
                          prod:
                            path: /prod
                            url: ftp://prod
                            authenticators: [stuff]
                            authorizers: []
                            identity: silent
                            combine: both
                        targts: {}
                        """)).isEqualTo("""
                        1) gatehouse.yaml:10:3: expected settings below "empty"
                        2) gatehouse.yaml:7:10: "Staff" is not a name of lower-case letters, digits, dots and dashes
                        3) gatehouse.yaml:9:13: "nameless" has no "plugin"
                        4) gatehouse.yaml:3:9: "port": expected a whole number from 0 to 65535
                        5) gatehouse.yaml:4:8: "tls": expected true or false
                        6) gatehouse.yaml:2:3: unknown key "adress". Did you mean "address"?
                        7) gatehouse.yaml:5:1: "trusted-proxies": "10.0.0.0/33" has no prefix length between 0 and 32 behind its slash
                        8) gatehouse.yaml:16:10: "queue": expected a whole number from 1000 to 1000000
                        9) gatehouse.yaml:22:5: "path": expected a path such as /clusters/prod/, with a slash at both ends
                        10) gatehouse.yaml:23:10: "url": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket
                        11) gatehouse.yaml:27:14: "combine": expected any (one authorizer is enough) or all
                        12) gatehouse.yaml:25:5: "authorizers" is empty: who decides what they may
                        13) gatehouse.yaml:18:9: "idle": expected a time span from 15m to 30d
                        14) gatehouse.yaml:19:12: expected a single value for "max-age"
                        15) gatehouse.yaml:24:5: no "stuff" among "authenticators". Did you mean "Staff"?
                        16) gatehouse.yaml:26:5: no "silent" among "identities".
                        17) gatehouse.yaml:8:14: "anonymous" is the word that opens a target; give the authenticator another name
                        18) gatehouse.yaml:28:1: unknown key "targts". Did you mean "targets"?""");
        assertThat(home.problems.isFatal()).isTrue();
    }

    @Test
    void keepsTheOrderOfSinks() {
        List<String> names =
                IntStream.range(0, 20).mapToObj(i -> "sink-" + (i * 7 % 20)).toList();
        GatehouseConfig config = home.read("audit:\n  sinks:\n"
                        + names.stream()
                                .map(name -> "    " + name + ": {plugin: audit-file}\n")
                                .collect(Collectors.joining()))
                .orElseThrow();
        assertThat(config.audit().sinks().keySet()).containsExactlyElementsOf(names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~|1) gatehouse.yaml:1:1: the file is empty",
                "~# nothing\n~|1) gatehouse.yaml:1:1: the file is empty",
                "~a: 1\n\tb: 2~|1) gatehouse.yaml:2:1: not YAML: found character '\\t(TAB)' that cannot start any token."
                        + " (Do not use \\t(TAB) for indentation)",
                "~a: {b: 1~|1) gatehouse.yaml:1:9: not YAML: expected ',' or '}', but got <stream end>",
                "~a: 'b~|1) gatehouse.yaml:1:6: not YAML: found unexpected end of stream",
                "~a: 1\n---\nb: 2~|1) gatehouse.yaml:2:1: not YAML: but found another document",
                "~a: *nobody~|1) gatehouse.yaml:1:4: not YAML: found undefined alias nobody"
            })
    void saysWhatIsNoYaml(String yaml, String problems) {
        assertThat(home.problems(yaml)).isEqualTo(problems);
        assertThat(home.problems.isFatal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b\n", "just words", "[]", "7"})
    void wantsAMapping(String yaml) {
        assertThat(home.problems(yaml)).startsWith("1) gatehouse.yaml:1:1: expected a mapping (key: value lines)\n");
    }

    @Test
    void saysThatThereIsNoFile() {
        assertThat(ConfigReader.read(folder, name -> null, home.files, home.problems))
                .isEmpty();
        assertThat(home.problems.list())
                .singleElement()
                .hasToString(folder.resolve("gatehouse.yaml") + ": no such file");
    }

    /** Attack L7. */
    @Test
    void survivesBombs() {
        StringBuilder aliases = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            aliases.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(9)));
        }
        assertThat(home.problems(aliases.toString())).contains("Number of aliases for non-scalar nodes exceeds");
        assertThat(new TestHome(folder).problems("trusted-proxies: &a [*a]\n")).contains("expected a single value");
        assertThat(new TestHome(folder).problems("a: " + "[".repeat(100_000))).contains("not YAML");
        assertThat(new TestHome(folder).problems("a: " + "x".repeat(4_000_000))).contains("not YAML");
    }

    /** Attack L7. */
    @ParameterizedTest
    @ValueSource(strings = {"address: !!java.net.URL x", "address: !x y", "address: !!binary eA==", "port: !<tag:x> 1"})
    void takesNoTags(String line) {
        assertThat(home.problemsBehindBase("listen:\n  " + line + "\n"))
                .isEqualTo(
                        "1) gatehouse.yaml:9:" + (line.indexOf('!') + 3)
                                + ": a tag (a word that begins with \"!\") is not read here; put the value in quotes if it is meant as text");
    }

    @Test
    void refusesASecondKey() {
        assertThat(home.problemsBehindBase("listen:\n  port: 1\n  port: 2\naudit: {}\n"))
                .isEqualTo("""
                1) gatehouse.yaml:11:1: key "audit" stands here a second time
                2) gatehouse.yaml:10:3: key "port" stands here a second time""");
    }

    @Test
    void wantsARecord() {
        assertThat(home.problems("listen: {}\n"))
                .isEqualTo(
                        "1) gatehouse.yaml:1:1: \"audit\" is missing: name at least one sink, so that there is a record");
        assertThat(new TestHome(folder).problems("audit: {queue: 2000}\n"))
                .isEqualTo("1) gatehouse.yaml:1:8: \"audit\" has no \"sinks\", so there would be no record");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url: http://a                     | 9:6: target \"t\" needs either a \"path\" such as /clusters/t/ or a \"host\"",
                "path: /a/, host: b, url: http://a | 9:6: target \"t\" has both a \"path\" and a \"host\"; expected one",
                "path: /a, url: http://a           | 9:7: \"path\": expected a path such as /clusters/t/, with a slash at both ends",
                "path: a/, url: http://a           | 9:7: \"path\": expected a path such as /clusters/t/, with a slash at both ends",
                "path: //, url: http://a           | 9:7: \"path\": expected a path such as /clusters/t/, with a slash at both ends",
                "path: /../, url: http://a         | 9:7: \"path\": expected a path such as /clusters/t/, with a slash at both ends",
                "path: /a%20b/, url: http://a      | 9:7: \"path\": expected a path such as /clusters/t/, with a slash at both ends",
                "path: /gatehouse/x/, url: http://a| 9:7: \"path\": /gatehouse/ is Gatehouse's own",
                "path: '${env:NONE}', url: http://a| 9:13: \"path\": environment variable NONE is not set",
                "host: B.example, url: http://a    | 9:13: \"host\": expected a lower-case host name without a port",
                "host: 'b:443', url: http://a      | 9:13: \"host\": expected a lower-case host name without a port",
                "path: /a/                         | 9:6: target \"t\" has no \"url\"",
                "path: /a/, url: a                 | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: 'http://a?b'      | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: 'http://u:p@a'    | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: 'http:///x'       | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: 'unix://run/x'     | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: 'unix:run/x'       | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: 'unix:/run/'       | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: 'unix:/a?b'        | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: 'unix:/a%00b'      | 9:23: \"url\": expected http://host:port or https://host:port, with a base path or without, or unix:/path/of/socket",
                "path: /a/, url: http://a, ca: none| 9:33: \"ca\": HOME/none: no such file",
                "path: /a/, url: http://a, ca: dir | 9:33: \"ca\": HOME/dir: expected a file",
                "path: /a/, url: http://a, ca: der | 9:33: \"ca\": HOME/der: expected UTF-8 text",
                "path: /a/, url: http://a, token-file: der   | 9:33: \"token-file\": HOME/der: expected UTF-8 text",
                "path: /a/, url: http://a, token-file: blank | 9:33: \"token-file\": HOME/blank does not hold one token of printable characters",
                "path: /a/, url: http://a, token-file: two   | 9:33: \"token-file\": HOME/two does not hold one token of printable characters",
                "path: /a/, url: http://a, client-key: two   | 9:6: expected \"client-certificate\" and \"client-key\" together",
                "path: /a/, url: http://a, basic: {user: a}  | 9:40: \"basic\": expected \"user\" and \"password\""
            })
    void saysWhatATargetNeeds(String keys, String problem) throws Exception {
        home.file("blank", "\n").file("two", "a b").file("dir/x", "");
        Files.write(folder.resolve("der"), new byte[] {0x30, (byte) 0x82, 4, (byte) 0xff});
        assertThat(home.problemsBehindBase("targets:\n  t: {" + keys + ", " + TestHome.ACCESS + "}\n"))
                .isEqualTo("1) gatehouse.yaml:" + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:/run/app.sock", "unix:///run/app.sock"})
    void takesAUnixSocket(String url) {
        GatehouseConfig config = home.read(
                        TestHome.BASE + "targets:\n  t: {path: /a/, url: '" + url + "', " + TestHome.ACCESS + "}\n")
                .orElseThrow();
        assertThat(config.targets().get("t").server().getPath()).isEqualTo("/run/app.sock");
    }

    /** Attack J6: it turns its own target to 503, and only that. */
    @ParameterizedTest
    @ValueSource(strings = {"ca: none", "ca: der", "token-file: blank", "token-file: none", "client-certificate: none"})
    void aBrokenFileIsTheConcernOfItsTargetAlone(String key) throws Exception {
        home.file("blank", "");
        Files.write(folder.resolve("der"), "ü".getBytes(StandardCharsets.ISO_8859_1));
        String pair = key.startsWith("client") ? key + ", client-key: blank" : key;
        GatehouseConfig config = home.read(TestHome.BASE + "targets:\n  t: {path: /a/, url: http://a, " + pair + ", "
                        + TestHome.ACCESS + "}\n")
                .orElseThrow();
        assertThat(config.targets().get("t").usable()).isFalse();
        assertThat(home.problems.isFatal()).isFalse();
        assertThat(home.problems.list()).isNotEmpty();
    }

    @Test
    void refusesTwoTargetsAtOnePlace() {
        String target = "{path: /a/, url: http://a, " + TestHome.ACCESS + "}\n";
        assertThat(home.problemsBehindBase("targets:\n  one: " + target + "  two: " + target))
                .isEqualTo("1) gatehouse.yaml:10:8: targets \"one\" and \"two\" are both served at /a/");
    }

    @Test
    void takesAPortalWithoutTlsOnLocalhostOnly() {
        assertThat(home.problemsBehindBase("authenticators: {staff: {plugin: htpasswd}}\n"
                        + "portal: {url: \"http://127.0.0.1:8080\", logins: [staff]}\n"))
                .isEqualTo("1) gatehouse.yaml:9:15: \"url\": expected https://127.0.0.1;"
                        + " http only on localhost and names below it");
    }

    @Test
    void keepsItsOwnPathsFromSourcesToo() {
        assertThat(home.problemsBehindBase(
                        "sources:\n  s: {plugin: kubeconfig, prefix: /gatehouse/, " + TestHome.ACCESS + "}\n"))
                .isEqualTo("1) gatehouse.yaml:9:27: \"prefix\": /gatehouse/ is Gatehouse's own");
    }

    @Test
    void neverShowsAResolvedSecret() {
        home.environment.put("SECRET", "hunter2 hunter2");
        home.file("secret", "hunter2 hunter2");
        String everywhere = """
                listen: {port: "${env:SECRET}", tls: "${env:SECRET}", address: 127.0.0.1}
                streams: {idle: "${file:secret}", platform-threads: "${env:SECRET}"}
                targets:
                  t:
                    path: "${env:SECRET}"
                    url: "${env:SECRET}"
                    combine: "${env:SECRET}"
                    browser-sessions: "${env:SECRET}"
                    connections: "${env:SECRET}"
                    response-timeout: "${env:SECRET}"
                    token-file: secret
                    basic: {user: "${env:SECRET}", pasword: "${env:SECRET}"}
                    kubernetes: "${env:SECRET}"
                    authenticators: [anonymous]
                    authorizers: [policy]
                    identity: silent
                  u: {host: "${env:SECRET}", url: http://a, authenticators: [anonymous], authorizers: [policy], identity: silent}
                """;
        assertThat(home.problemsBehindBase(everywhere)).contains("\"combine\"").doesNotContain("hunter2");
    }
}
