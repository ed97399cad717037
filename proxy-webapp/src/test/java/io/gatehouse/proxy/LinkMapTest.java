package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.LinkMap.Kind;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkMapTest {

    private static final String SERVICE = "/api/v1/namespaces/d/services/https:ui:443/proxy";

    private static final Set<String> NAMES = Set.of("10.0.0.1:8080", "wiki.internal", "[fd00::1]:8080");

    private static final LinkMap WIKI = new LinkMap("/wiki", "", "", "https", "gate:8443", NAMES);
    private static final LinkMap BASE = new LinkMap("/wiki", "/app", "", "https", "gate", NAMES);
    private static final LinkMap NESTED = new LinkMap("/k", "/k/clusters/c", "", "https", "gate", NAMES);
    private static final LinkMap HOST = new LinkMap("", "", "", "https", "wiki.gate", NAMES);
    private static final LinkMap HOST_BASE = new LinkMap("", "/app", "", "https", "wiki.gate", NAMES);
    private static final LinkMap POD = new LinkMap("/clusters/x", "", SERVICE, "https", "gate", NAMES);
    private static final LinkMap POD_ON_HOST = new LinkMap("", "", SERVICE, "https", "x.gate", NAMES);

    private static void reads(LinkMap links, String reference, Kind kind, String shown) {
        LinkMap.Reading reading = links.read(reference);
        assertThat(reading.kind()).isEqualTo(kind);
        assertThat(reading.applied(reference)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "/,                                 PATH,  /wiki/",
        "/x/y?z=/a#b,                       PATH,  /wiki/x/y?z=/a#b",
        "/x//y/,                            PATH,  /wiki/x//y/",
        "/wiki/x,                           PATH,  /wiki/x",
        "/wiki,                             PATH,  /wiki/",
        "/wiki?x,                           PATH,  /wiki/?x",
        "/wikipedia,                        PATH,  /wiki/wikipedia",
        "\\x,                               PATH,  /wiki\\x",
        "http://10.0.0.1:8080,              OWN,   /wiki/",
        "http://10.0.0.1:8080/,             OWN,   /wiki/",
        "http://10.0.0.1:8080?x,            OWN,   /wiki/?x",
        "http://10.0.0.1:8080#x,            OWN,   /wiki/#x",
        "http://10.0.0.1:8080/wiki/x,       OWN,   /wiki/x",
        "HTTP://10.0.0.1:8080/x,            OWN,   /wiki/x",
        "https://10.0.0.1:8080/x,           OWN,   /wiki/x",
        "//10.0.0.1:8080/x,                 OWN,   /wiki/x",
        "http://10.0.0.1:8080//evil,        OWN,   /wiki//evil",
        "http://WIKI.internal/x,            OWN,   /wiki/x",
        "http://wiki.internal:80/x,         OWN,   /wiki/x",
        "https://wiki.internal:443/x,       OWN,   /wiki/x",
        "http://[fd00::1]:8080/x,           OWN,   /wiki/x",
        "https://gate:8443/x,               OWN,   /wiki/x",
        "https://gate:8443/wiki/x,          OWN,   /wiki/x",
        "http://gate:8443/x,                OWN,   /wiki/x",
        "https://gate/x,                    FOREIGN, https://gate/x",
        "http://10.0.0.1/x,                 FOREIGN, http://10.0.0.1/x",
        "https://idp.example.com/login?to=http://10.0.0.1:8080/, FOREIGN, https://idp.example.com/login?to=http://10.0.0.1:8080/"
    })
    void leadsBelowThePrefix(String reference, Kind kind, String shown) {
        reads(WIKI, reference, kind, shown);
    }

    @ParameterizedTest
    @CsvSource({
        "/app,         PATH, /wiki/",
        "/app/,        PATH, /wiki/",
        "/app/x,       PATH, /wiki/x",
        "/app?x,       PATH, /wiki/?x",
        "/apple,       PATH, /wiki/apple",
        "/wiki/x,      PATH, /wiki/x",
        "/x,           PATH, /wiki/x",
        "http://10.0.0.1:8080/app/x, OWN, /wiki/x"
    })
    void takesTheBasePathOff(String reference, Kind kind, String shown) {
        reads(BASE, reference, kind, shown);
    }

    @ParameterizedTest
    @CsvSource({"/k/clusters/c/api, /k/api", "/k/api, /k/api", "/api, /k/api"})
    void looksForTheLongerOfTwoPathsFirst(String reference, String shown) {
        reads(NESTED, reference, Kind.PATH, shown);
    }

    @ParameterizedTest
    @CsvSource({
        "/,                             PATH,    /",
        "/x,                            PATH,    /x",
        "http://10.0.0.1:8080,          OWN,     /",
        "http://10.0.0.1:8080/x,        OWN,     /x",
        "http://10.0.0.1:8080//evil/x,  OWN,     /.//evil/x",
        "http://10.0.0.1:8080/\\evil/x, OWN,     /./\\evil/x",
        "https://wiki.gate/x,           OWN,     /x",
        "http://wiki.gate/x,            OWN,     /x",
        "https://other.gate/x,          FOREIGN, https://other.gate/x"
    })
    void hidesTheAddressOnAHostOfItsOwn(String reference, Kind kind, String shown) {
        reads(HOST, reference, kind, shown);
    }

    @ParameterizedTest
    @CsvSource({"/app/x, /x", "/app, /", "/app//evil, /.//evil", "/x, /x"})
    void neverMakesAHostOfAPath(String reference, String shown) {
        reads(HOST_BASE, reference, Kind.PATH, shown);
    }

    /** What the API server has rewritten, what it has overlooked, and what the application knew by X-Forwarded-Prefix. */
    @ParameterizedTest
    @CsvSource({
        "'{s}/',                       PATH, '/clusters/x{s}/'",
        "'{s}',                        PATH, '/clusters/x{s}/'",
        "'{s}/login?x',                PATH, '/clusters/x{s}/login?x'",
        "'/clusters/x{s}/login',       PATH, '/clusters/x{s}/login'",
        "'{s}/clusters/x{s}/login',    PATH, '/clusters/x{s}/login'",
        "/login,                       PATH, '/clusters/x{s}/login'",
        "/api/v1/pods,                 PATH, '/clusters/x{s}/api/v1/pods'",
        "'http://10.0.0.1:8080{s}/x',  OWN,  '/clusters/x{s}/x'",
        "https://gate/x,               OWN,  '/clusters/x{s}/x'",
        "'https://gate/clusters/x{s}/x', OWN, '/clusters/x{s}/x'",
        "login,                        RELATIVE, login"
    })
    void putsBothPrefixesInFrontOfAPodOnce(String reference, Kind kind, String shown) {
        reads(POD, reference.replace("{s}", SERVICE), kind, shown.replace("{s}", SERVICE));
    }

    @ParameterizedTest
    @CsvSource({"'{s}/x', '{s}/x'", "/x, '{s}/x'", "http://wiki.internal/x, '{s}/x'"})
    void servesAPodOnAHost(String reference, String shown) {
        reads(
                POD_ON_HOST,
                reference.replace("{s}", SERVICE),
                reference.startsWith("http") ? Kind.OWN : Kind.PATH,
                shown.replace("{s}", SERVICE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "x/y", "./x", "../x", "?x", "#x", "x:80", "1http://a", " x", "%2Fx"})
    void leavesWhatIsRelative(String reference) {
        LinkMap.Reading reading = WIKI.read(reference);
        assertThat(reading.applied(reference)).isEqualTo(reference);
        assertThat(reading.kind()).isIn(Kind.RELATIVE, reference.equals("x:80") ? Kind.FOREIGN : Kind.RELATIVE);
    }

    /** As browsers read them: F1's list, as far as it concerns where a reference leads. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil",
                "///evil",
                "/\\evil",
                "\\\\evil",
                "\\/evil",
                " //evil",
                "\t/\\evil",
                "http:/\\evil",
                "http:evil",
                "http:/evil",
                "https:10.0.0.1:8080/x",
                "http://10.0.0.1:8080@evil/",
                "http://gate:8443@evil/",
                "http://user@10.0.0.1:8080/",
                "http://10.0.0.1:8080.evil/",
                "http://10.0.0.1:80800/",
                "http://evil\\@gate:8443/",
                "http://evil#@gate:8443/",
                "http://evil?@gate:8443/",
                "javascript:alert(1)",
                "data:text/html,x",
                "mailto:a@b",
                "app+x-1.0://x"
            })
    void isNotFooledByWhatLeadsElsewhere(String reference) {
        assertThat(WIKI.read(reference)).isEqualTo(new LinkMap.Reading(Kind.FOREIGN, 0, 0, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "https://gate/x,      https://gate/wiki/x",
        "https://gate/wiki/x, https://gate/wiki/x",
        "https://gate,        https://gate/wiki/",
        "http://gate/x,       /wiki/x"
    })
    void keepsALinkThatLeadsToHttps(String reference, String shown) {
        reads(new LinkMap("/wiki", "", "", "http", "gate", NAMES), reference, Kind.OWN, shown);
    }
}
