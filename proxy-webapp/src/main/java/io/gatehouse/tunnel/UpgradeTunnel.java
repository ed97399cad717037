package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** How one kind of container lets go of a connection; one implementation a container. */
interface UpgradeTunnel {
    /**
     * Arranges that the container, after it has sent the answer that is prepared in {@code response} (status and headers
     * are set already), leaves the connection to the tunnel and calls {@link Tunnel#start}. The servlet must return
     * without touching the streams.
     *
     * @throws UpgradeException with {@code UNKNOWN_CONTAINER} when its inside is not as expected
     */
    void handOver(HttpServletRequest request, HttpServletResponse response, Tunnel tunnel) throws UpgradeException;

    /** The implementation that fits the object behind the request's wrappers. */
    static UpgradeTunnel of(HttpServletRequest request) throws UpgradeException {
        Object inner = Reflection.unwrap(request);
        String name = inner.getClass().getName();
        if (name.startsWith("org.apache.catalina.")) {
            return new TomcatTunnel(inner.getClass().getClassLoader());
        }
        if (name.startsWith("org.eclipse.jetty.")) {
            return new JettyTunnel(inner.getClass().getClassLoader());
        }
        throw new UpgradeException(
                UpgradeException.Reason.UNKNOWN_CONTAINER, "No way to switch protocols is known on this container");
    }
}
