package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SingleFieldsTest {

    private final List<String> calls = new ArrayList<>();

    private HttpServletResponse container() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                SingleFieldsTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, given) -> {
                    calls.add(method.getName() + " " + given[0] + ": " + given[1]);
                    return null;
                });
    }

    @Test
    void replaceWhatTheContainerHasWritten() {
        HttpServletResponse response = new SingleFields(container());
        response.addHeader("date", "Thu, 01 Jan 2026 00:00:00 GMT");
        response.addHeader("Server", "theirs/1.0");
        response.addHeader("Vary", "Accept");
        assertThat(calls)
                .containsExactly(
                        "setHeader date: Thu, 01 Jan 2026 00:00:00 GMT",
                        "setHeader Server: theirs/1.0",
                        "addHeader Vary: Accept");
    }
}
