package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    @ParameterizedTest
    @CsvSource({
        "/,                                /",
        "/api/v1/pods,                     /api/v1/pods",
        "/api/v1/pods/,                    /api/v1/pods/",
        "/apis/g/v1/namespaces/a.b/x:y,    /apis/g/v1/namespaces/a.b/x:y",
        "/a%3Ab,                           /a:b",
        "/a%40b%24%26%27%28%29%2A%2b%2c%3d, '/a@b$&''()*+,='",
        "/%21,                             /!",
        "/a%20b,                           /a%20b",
        "/a%5b0%5d,                        /a%5B0%5D",
        "/a%7Bb%7d%7c%5e%60%22%3c%3E%3f,   /a%7Bb%7D%7C%5E%60%22%3C%3E%3F",
        "/z%C3%BC,                         /z%C3%BC",
        "/z%c3%bc,                         /z%C3%BC",
        "/...,                             /...",
        "/..a/.b/a..,                      /..a/.b/a..",
        "'/a+b,c$@:=&!*''()~_-',           '/a+b,c$@:=&!*''()~_-'"
    })
    void readsWhatHasOneReading(String raw, String canonical) {
        RequestTarget target = RequestTarget.of(raw, null);
        assertThat(target.path()).isEqualTo(canonical);
        assertThat(target.rawPath()).isEqualTo(raw);
    }

    /** Attacks B1 to B4, B7, B10 and neighbours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "api",
                "http://evil/api",
                "https://gw@evil/api",
                "//",
                "//api/v1/secrets",
                "/api//v1",
                "/api/v1//",
                "/.",
                "/..",
                "/./api",
                "/../api",
                "/public/..",
                "/public/.",
                "/public/./api",
                "/public/../api",
                "/public/%2e%2e/api",
                "/public/%2E./api",
                "/public/.%2e/api",
                "/public/..;/api",
                "/public/..;a=b/api",
                "/public/%2e%2e;/api",
                "/a;x",
                "/;jsessionid=1",
                "/adm%3bx/",
                "/adm%3Bx/",
                "/api%2fv1",
                "/api%2Fv1",
                "/api%5cv1",
                "/api\\v1",
                "/api%252fv1",
                "/%2561pi",
                "/%25",
                "/%61pi",
                "/%41",
                "/%7e",
                "/%2d",
                "/%c0%af",
                "/%c0%ae%c0%ae/",
                "/%e0%80%af",
                "/%ed%a0%80",
                "/%f4%90%80%80",
                "/%ff",
                "/%80",
                "/%c3",
                "/%u002e",
                "/%",
                "/%4",
                "/%4/",
                "/%zz",
                "/%\uff12\uff11",
                "/%-1",
                "/%+1",
                "/%00",
                "/%0a",
                "/%0D%0A",
                "/%1f",
                "/%7f",
                "/a#b",
                "/admin%23/public",
                "/a b",
                "/a\tb",
                "/a\u0000b",
                "/zü",
                "/\uff0e\uff0e/",
                "/a\"b",
                "/a<b>",
                "/a[0]",
                "/a|b",
                "/a^b",
                "/a`b",
                "/{a}",
                "/a?b"
            })
    void refusesWhatHasNone(String raw) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RequestTarget.of(raw, null))
                .satisfies(e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void boundsPathAndQuery() {
        String path = "/" + "a".repeat(RequestTarget.MAX_PATH - 1);
        String query = "a".repeat(RequestTarget.MAX_QUERY);
        assertThat(RequestTarget.of(path, query).path()).isEqualTo(path);
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RequestTarget.of(path + "a", null))
                .satisfies(e -> assertThat(e.status()).isEqualTo(414));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RequestTarget.of("/", query + "a"))
                .satisfies(e -> assertThat(e.status()).isEqualTo(414));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\nb", "a\u0000", "a#b", "ü", "\u007f", "\t"})
    void refusesAQueryThatIsNotEncoded(String query) {
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> RequestTarget.of("/", query));
    }

    @Test
    void keepsTheQueryAsItIs() {
        assertThat(RequestTarget.of("/a", null).querySuffix()).isEmpty();
        assertThat(RequestTarget.of("/a", "").querySuffix()).isEqualTo("?");
        assertThat(RequestTarget.of("/a", "x=%2e%2E/../;&&%zz[]{}|\"").querySuffix())
                .isEqualTo("?x=%2e%2E/../;&&%zz[]{}|\"");
    }

    @Test
    void neverRepeatsWhatWasSent() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RequestTarget.of("/hunter2;x", null))
                .withMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "/clusters/a/api/v1, 2, /api/v1",
        "/clusters/a/,       2, /",
        "/clusters/a,        2, /",
        "/clusters,          2, /",
        "/clusters/a%3A/b,   2, /b",
        "/x,                 0, /x"
    })
    void dropsLeadingSegments(String raw, int segments, String rest) {
        RequestTarget target = RequestTarget.of(raw, "q").withoutLeadingSegments(segments);
        assertThat(target.path()).isEqualTo(rest);
        assertThat(target.rawPath()).isEqualTo(rest);
        assertThat(target.querySuffix()).isEqualTo("?q");
    }

    /** The promises that everything behind the guard builds on, for texts that nobody thought of. */
    @Test
    void aCanonicalPathKeepsItsPromises() {
        Random random = new Random(20_260_101);
        int accepted = 0;
        for (int i = 0; i < 300_000; i++) {
            String raw = path(random);
            RequestTarget target;
            try {
                target = RequestTarget.of(raw, null);
            } catch (InvalidRequestException e) {
                continue;
            }
            accepted++;
            String canonical = target.path();
            String decoded = RequestTarget.percentDecoded(canonical);
            String inside = decoded.endsWith("/") ? decoded.substring(0, decoded.length() - 1) : decoded;
            boolean kept = RequestTarget.of(canonical, null).path().equals(canonical)
                    && RequestTarget.percentDecoded(raw).equals(decoded)
                    && decoded.chars().noneMatch(c -> c < ' ' || c == 127 || c == ';' || c == '\\' || c == '%')
                    && segments(canonical) == segments(raw)
                    && segments(decoded) == segments(raw)
                    && (inside.isEmpty()
                            || Arrays.stream(inside.substring(1).split("/", -1))
                                    .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals("..")));
            assertThat(kept).as("%s, read as %s", raw, canonical).isTrue();
        }
        assertThat(accepted).as("accepted paths, which alone say something").isGreaterThan(10_000);
    }

    private static long segments(String path) {
        return path.chars().filter(c -> c == '/').count();
    }

    private static String path(Random random) {
        String[] atoms = {
            "/",
            "/",
            "/",
            "/",
            ".",
            "..",
            "a",
            "api",
            "v1",
            "b",
            "x",
            "%2e",
            "%2F",
            "%5C",
            "%3a",
            "%3A",
            "%20",
            "%c3%bc",
            "%C3%BC",
            "%e2%82%ac",
            "%25",
            "%00",
            ";",
            "\\",
            ":",
            "@",
            "~",
            "-",
            "%7e",
            "%41",
            "%c0%af",
            "ü",
            "%",
            "%3F",
            "%23",
            "%3b",
            "+",
            "=",
            "%f0%9f%98%80",
            "%ed%a0%80",
            "%0a",
            "%7F",
            "%2B"
        };
        StringBuilder path = new StringBuilder("/");
        int length = random.nextInt(7);
        for (int i = 0; i < length; i++) {
            path.append(
                    random.nextInt(12) == 0
                            ? String.format("%%%02x", random.nextInt(256))
                            : atoms[random.nextInt(atoms.length)]);
        }
        return path.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "/a%2Fb,          /a%2Fb,       /a/b",
        "/a%2fb/c,        /a%2Fb/c,     /a/b/c",
        "/a/%2F/b,        /a/%2F/b,     /a/b",
        "/%2f,            /%2F,         /",
        "/a%2F,           /a%2F,        /a/",
        "/a%2F%2Fb,       /a%2F%2Fb,    /a/b",
        "/a%2F..b/x..%2F, /a%2F..b/x..%2F, /a/..b/x../",
        "/a%3Ab%2fc,      /a:b%2Fc,     /a:b/c"
    })
    void keepsAnEncodedSlashApartFromASlash(String raw, String canonical, String decoded) {
        RequestTarget target = RequestTarget.withEncodedSlashes(raw, null);
        assertThat(target.rawPath()).isEqualTo(raw);
        assertThat(target.path()).isEqualTo(canonical);
        assertThat(target.pathWithSlashes()).isEqualTo(decoded);
        assertThat(target.hasEncodedSlash()).isTrue();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RequestTarget.of(raw, null))
                .withMessage("the path has %2F, which has no single reading");
    }

    /** Attacks B2, B3 and B8: wherever an upstream that decodes would climb, or decode again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/..%2fb",
                "/a/..%2Fb",
                "/a%2f../b",
                "/a%2F..",
                "/a%2f.%2Fb",
                "/..%2f..%2fb",
                "/.%2F",
                "/%2F.",
                "/%2F..%2Fb",
                "/a/%2e%2e%2fb",
                "/a%2F%2e%2E/b",
                "/a%252fb",
                "/a%25%32%66b",
                "/a%2F;x",
                "/a%2F%3bx",
                "/a%5cb",
                "/a%2F%5c..%5cb",
                "/a%2f//b",
                "/a//%2fb",
                "/a%2",
                "/%c0%af",
                "/%2F%c0%af"
            })
    void refusesWhatHasNoReadingWithEncodedSlashesEither(String raw) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RequestTarget.withEncodedSlashes(raw, null));
    }
}
