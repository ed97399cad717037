package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.UNKNOWN_CONTAINER;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * Jetty 12: hands Jetty a {@code Connection} that takes over the end point, which is the way that Jetty's own WebSocket
 * goes, reached by reflection as a web application sees none of Jetty's classes.
 *
 * <p>Not {@code HttpServletRequest.upgrade()}, which 12.0 has not, and which in 12.1 gives an upgrade without a body an
 * input that has ended.
 */
final class JettyTunnel implements UpgradeTunnel {
    private final JettyEndPoint.Methods methods;
    private final Method setAttribute;
    private final String attribute;

    JettyTunnel(ClassLoader loader) throws UpgradeException {
        try {
            Class<?> request = Class.forName("org.eclipse.jetty.server.Request", false, loader);
            setAttribute = request.getMethod("setAttribute", String.class, Object.class);
            attribute = (String) Class.forName("org.eclipse.jetty.server.HttpStream", true, loader)
                    .getField("UPGRADE_CONNECTION_ATTRIBUTE")
                    .get(null);
            methods = new JettyEndPoint.Methods(loader);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new UpgradeException(UNKNOWN_CONTAINER, "The inside of this Jetty is not as expected", e);
        }
    }

    @Override
    public void handOver(HttpServletRequest request, HttpServletResponse response, Tunnel tunnel)
            throws UpgradeException {
        try {
            JettyRequest jetty = JettyRequest.of(request)
                    .orElseThrow(() -> new NoSuchMethodException("the request is none of Jetty's"));
            JettyEndPoint connection = new JettyEndPoint(tunnel, methods, endPoint(jetty));
            Object proxy = Proxy.newProxyInstance(
                    methods.connectionType.getClassLoader(),
                    new Class<?>[] {methods.connectionType, methods.upgradeToType},
                    connection);
            connection.knownAs(proxy);
            setAttribute.invoke(jetty.core(), attribute, proxy);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new UpgradeException(UNKNOWN_CONTAINER, "This Jetty does not hand its connection over", e);
        }
    }

    /** HTTP/1.1: the connection's end point; a CONNECT of HTTP/2: the stream's. */
    private static Object endPoint(JettyRequest jetty) throws ReflectiveOperationException {
        Object support = jetty.get("getTunnelSupport");
        if (support != null) {
            return jetty.type("org.eclipse.jetty.server.TunnelSupport")
                    .getMethod("getEndPoint")
                    .invoke(support);
        }
        Object metaData = jetty.get("getConnectionMetaData");
        Object connection = jetty.type("org.eclipse.jetty.server.ConnectionMetaData")
                .getMethod("getConnection")
                .invoke(metaData);
        return jetty.type("org.eclipse.jetty.io.Connection")
                .getMethod("getEndPoint")
                .invoke(connection);
    }

    /** The {@code :protocol} of an extended CONNECT (RFC 8441), which Jetty shows nowhere in the servlet API. */
    static Optional<String> connectProtocol(HttpServletRequest request) {
        return request.getProtocol().equals("HTTP/2.0")
                ? JettyRequest.of(request).flatMap(JettyTunnel::protocol)
                : Optional.empty();
    }

    private static Optional<String> protocol(JettyRequest jetty) {
        try {
            Object support = jetty.get("getTunnelSupport");
            if (support == null) {
                return Optional.empty();
            }
            return Optional.ofNullable((String) jetty.type("org.eclipse.jetty.server.TunnelSupport")
                    .getMethod("getProtocol")
                    .invoke(support));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
