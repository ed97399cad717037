package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.UNKNOWN_CONTAINER;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Tomcat 10.1 and 11: gives Tomcat an {@code InternalHttpUpgradeHandler} that does its own I/O, which is the way that
 * Tomcat's own WebSocket and HTTP/2 go, reached by reflection.
 *
 * <p>Not {@code HttpServletRequest.upgrade()}: behind it a container thread waits for a slow upstream (200 of them
 * freeze the connector), a client that does not read can not be given up, and closing from outside works only while the
 * client's socket takes bytes.
 *
 * <p>For the NIO connector, which is Tomcat's default. On NIO2 bytes pass, but Tomcat closes at the client's FIN before the
 * last of them are read.
 */
final class TomcatTunnel implements UpgradeTunnel {
    private final Class<?> handlerType;
    private final Field requestOfFacade;
    private final Method getContext;
    private final Method getCoyoteRequest;
    private final Method action;
    private final Object upgradeAction;
    private final Constructor<?> newToken;
    private final TomcatSocket.Methods socketMethods;

    TomcatTunnel(ClassLoader loader) throws UpgradeException {
        try {
            handlerType = Class.forName("org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler", false, loader);
            requestOfFacade = Class.forName("org.apache.catalina.connector.RequestFacade", false, loader)
                    .getDeclaredField("request");
            requestOfFacade.setAccessible(true);
            Class<?> request = Class.forName("org.apache.catalina.connector.Request", false, loader);
            getContext = request.getMethod("getContext");
            getCoyoteRequest = request.getMethod("getCoyoteRequest");
            Class<?> actionCode = Class.forName("org.apache.coyote.ActionCode", true, loader);
            upgradeAction = actionCode.getField("UPGRADE").get(null);
            action = getCoyoteRequest.getReturnType().getMethod("action", actionCode, Object.class);
            newToken = Class.forName("org.apache.coyote.UpgradeToken", false, loader)
                    .getConstructors()[0];
            socketMethods = new TomcatSocket.Methods(loader);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new UpgradeException(UNKNOWN_CONTAINER, "The inside of this Tomcat is not as expected", e);
        }
    }

    @Override
    public void handOver(HttpServletRequest request, HttpServletResponse response, Tunnel tunnel)
            throws UpgradeException {
        try {
            Object inner = requestOfFacade.get(Reflection.unwrap(request));
            TomcatSocket socket = new TomcatSocket(tunnel, socketMethods);
            Object handler = Proxy.newProxyInstance(handlerType.getClassLoader(), new Class<?>[] {handlerType}, socket);
            Object token = newToken.newInstance(handler, getContext.invoke(inner), null, "gatehouse-tunnel");
            action.invoke(getCoyoteRequest.invoke(inner), upgradeAction, token);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new UpgradeException(UNKNOWN_CONTAINER, "This Tomcat does not hand its connection over", e);
        }
    }
}
