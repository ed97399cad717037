package io.gatehouse.plugin.github;

import io.gatehouse.spi.LoginRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pac4j.core.client.IndirectClient;
import org.pac4j.core.context.CallContext;
import org.pac4j.core.context.Cookie;
import org.pac4j.core.context.WebContext;
import org.pac4j.core.context.session.SessionStore;

/**
 * One step of a login as pac4j sees it: the two parameters of GitHub's answer that it needs, and of a session the state,
 * which is the attempt itself. So several can be under way in one browser.
 */
final class LoginContext implements WebContext, SessionStore {

    private static final String CODE = "code";
    private static final List<String> PARAMETERS = List.of(CODE, "state");

    /** Stands for the code: pac4j would write that to its log at DEBUG, and decode it a second time. */
    private static final String HIDDEN = "-";

    private final LoginRequest request;
    private final IndirectClient client;

    LoginContext(LoginRequest request, IndirectClient client) {
        this.request = request;
        this.client = client;
    }

    CallContext call() {
        return new CallContext(this, this);
    }

    @Override
    public Optional<Object> get(WebContext context, String key) {
        return key.equals(client.getStateSessionAttributeName()) ? Optional.of(request.attempt()) : Optional.empty();
    }

    @Override
    public void set(WebContext context, String key, Object value) {}

    @Override
    public Optional<String> getSessionId(WebContext context, boolean createSession) {
        return Optional.of(request.attempt());
    }

    @Override
    public boolean destroySession(WebContext context) {
        return false;
    }

    @Override
    public Optional<Object> getTrackableSession(WebContext context) {
        return Optional.empty();
    }

    @Override
    public Optional<SessionStore> buildFromTrackableSession(WebContext context, Object trackableSession) {
        return Optional.empty();
    }

    @Override
    public boolean renewSession(WebContext context) {
        return false;
    }

    @Override
    public Optional<String> getRequestParameter(String name) {
        Optional<String> value = PARAMETERS.contains(name) ? request.parameter(name) : Optional.empty();
        return name.equals(CODE) ? value.map(any -> HIDDEN) : value;
    }

    @Override
    public Map<String, String[]> getRequestParameters() {
        Map<String, String[]> parameters = new HashMap<>();
        for (String name : PARAMETERS) {
            getRequestParameter(name).ifPresent(value -> parameters.put(name, new String[] {value}));
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
        return request.callback().toString();
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
