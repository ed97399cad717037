package io.gatehouse.request;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request of which a test says only what matters to it; whatever else is asked of it fails the test. */
public final class FakeRequest {

    private final Map<String, Object> answers = new LinkedHashMap<>();
    private final Map<String, List<String>> headers = new LinkedHashMap<>();

    public FakeRequest() {
        answers.put("getMethod", "GET");
        answers.put("getProtocol", "HTTP/1.1");
        answers.put("getRequestURI", "/");
        answers.put("getQueryString", null);
        answers.put("getContextPath", "");
        answers.put("getRemoteAddr", "127.0.0.1");
        answers.put("isSecure", true);
        answers.put("getScheme", "https");
        answers.put("getServerName", "gate.example.com");
        answers.put("getServerPort", 443);
        header("Host", "gate.example.com");
    }

    public FakeRequest with(String method, Object answer) {
        answers.put(method, answer);
        return this;
    }

    /** One more field. */
    public FakeRequest header(String name, String value) {
        headers.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
        return this;
    }

    FakeRequest without(String name) {
        headers.remove(name);
        return this;
    }

    public HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                FakeRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, given) -> switch (method.getName()) {
                    case "getHeader" ->
                        values((String) given[0]).stream().findFirst().orElse(null);
                    case "getHeaders" -> Collections.enumeration(values((String) given[0]));
                    case "getHeaderNames" -> Collections.enumeration(headers.keySet());
                    default -> {
                        if (!answers.containsKey(method.getName())) {
                            throw new AssertionError("nobody may call " + method.getName());
                        }
                        yield answers.get(method.getName());
                    }
                });
    }

    private List<String> values(String name) {
        List<String> values = new ArrayList<>();
        headers.forEach((known, written) -> {
            if (known.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                values.addAll(written);
            }
        });
        return values;
    }
}
