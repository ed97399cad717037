package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.spi.Header;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieHeadersTest {

    private final CookieHeaders cookies = new CookieHeaders(true);

    /** A request that has only these cookies. */
    static HttpServletRequest request(String... fields) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                CookieHeadersTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getHeaders") && arguments[0].equals("Cookie")) {
                        return Collections.enumeration(List.of(fields));
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    /** What a browser sends back. */
    static String sentBack(List<Header> fields) {
        return fields.stream()
                .map(Header::value)
                .filter(value -> !value.contains("Max-Age=0"))
                .map(value -> value.substring(0, value.indexOf(';')))
                .collect(Collectors.joining("; "));
    }

    @Test
    void splitsALongValueAndPutsItTogether() {
        for (int length : new int[] {0, 1, 3_799, 3_800, 3_801, 7_600, 15_200}) {
            String value = "v".repeat(length);
            List<Header> fields = cookies.set(request(), "session", value);
            assertThat(fields).allSatisfy(field -> {
                assertThat(field.name()).isEqualTo("Set-Cookie");
                assertThat(field.value())
                        .hasSizeLessThan(4_096)
                        .startsWith("__Host-gatehouse-session")
                        .endsWith("; Path=/; HttpOnly; SameSite=Lax; Secure");
            });
            assertThat(cookies.read(request("a=b; " + sentBack(fields)), "session"))
                    .contains(value);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cookies.set(request(), "session", "v".repeat(15_201)))
                .withMessageContaining("15201 characters");
    }

    @Test
    void removesPartsThatAreNotNeededAnyMore() {
        String before = sentBack(cookies.set(request(), "session", "v".repeat(10_000)));
        List<Header> fields = cookies.set(request(before), "session", "short");
        assertThat(fields)
                .extracting(Header::value)
                .anyMatch(value -> value.startsWith("__Host-gatehouse-session.1=;") && value.contains("Max-Age=0"))
                .anyMatch(value -> value.startsWith("__Host-gatehouse-session.2=;") && value.contains("Max-Age=0"));
        assertThat(cookies.remove(request(before), "session")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "__Host-gatehouse-session=",
                "__Host-gatehouse-session=x",
                "__Host-gatehouse-session=2.a",
                "__Host-gatehouse-session=0.a",
                "__Host-gatehouse-session=9.a",
                "__Host-gatehouse-session=1.a; __Host-gatehouse-session=1.b",
                "__host-gatehouse-session=1.a",
                "gatehouse-session=1.a",
                "=__Host-gatehouse-session=1.a",
                "__Host-gatehouse-session"
            })
    void whatIsNotWholeIsNone(String field) {
        assertThat(cookies.read(request(field), "session")).isEmpty();
    }

    @Test
    void overPlainHttpItIsNoHostCookie() {
        assertThat(new CookieHeaders(false).set(request(), "session", "x"))
                .extracting(Header::value)
                .containsExactly("gatehouse-session=1.x; Path=/; HttpOnly; SameSite=Lax");
    }
}
