package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.LoginRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pac4j.core.context.Cookie;
import org.pac4j.core.context.WebContext;

/**
 * One step of a login as pac4j sees it: the parameters of an answer of the provider, and nothing else of the request.
 * Others must not reach pac4j, which takes a {@code sid} or a {@code logout_token} for a logout.
 */
final class LoginContext implements WebContext {

    private static final List<String> PARAMETERS = List.of("code", "state", "iss", "error", "error_description");

    private final LoginRequest request;

    LoginContext(LoginRequest request) {
        this.request = request;
    }

    String callback() {
        return request.callback().toString();
    }

    @Override
    public Optional<String> getRequestParameter(String name) {
        return PARAMETERS.contains(name) ? request.parameter(name) : Optional.empty();
    }

    @Override
    public Map<String, String[]> getRequestParameters() {
        Map<String, String[]> parameters = new HashMap<>();
        for (String name : PARAMETERS) {
            request.parameter(name).ifPresent(value -> parameters.put(name, new String[] {value}));
        }
        return parameters;
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public Optional getRequestAttribute(String name) {
        return Optional.empty();
    }

    @Override
    public void setRequestAttribute(String name, Object value) {}

    @Override
    public Optional<String> getRequestHeader(String name) {
        return Optional.empty();
    }

    @Override
    public String getRequestMethod() {
        return "GET";
    }

    @Override
    public String getRemoteAddr() {
        return request.clientAddress().getHostAddress();
    }

    @Override
    public void setResponseHeader(String name, String value) {}

    @Override
    public Optional<String> getResponseHeader(String name) {
        return Optional.empty();
    }

    @Override
    public void setResponseContentType(String content) {}

    @Override
    public String getServerName() {
        return request.callback().getHost();
    }

    @Override
    public int getServerPort() {
        return request.callback().getPort();
    }

    @Override
    public String getScheme() {
        return request.callback().getScheme();
    }

    @Override
    public boolean isSecure() {
        return "https".equals(getScheme());
    }

    @Override
    public String getFullRequestURL() {
        return callback();
    }

    @Override
    public Collection<Cookie> getRequestCookies() {
        return List.of();
    }

    @Override
    public void addResponseCookie(Cookie cookie) {}

    @Override
    public String getPath() {
        return request.callback().getPath();
    }
}
