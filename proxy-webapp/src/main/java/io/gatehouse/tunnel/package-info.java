/**
 * Switched connections (WebSocket and SPDY/3.1): the handshake with the upstream, and the tunnel between it and the
 * client on each kind of container. {@link io.gatehouse.tunnel.Tunnels} is the way in.
 */
package io.gatehouse.tunnel;
