package io.gatehouse.plugin.ldap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS sockets that check the name in the server's certificate, and whose handshake ends in time: the library waits for the
 * one of LDAPS without a bound, and lets any name pass for an address of the loopback.
 */
final class BoundedSockets extends SSLSocketFactory {

    private final SSLSocketFactory sockets;
    private final int timeoutMillis;

    BoundedSockets(SSLSocketFactory sockets, Duration timeout) {
        this.sockets = sockets;
        this.timeoutMillis = (int) timeout.toMillis();
    }

    private Socket bounded(Socket socket) throws IOException {
        SSLSocket secure = (SSLSocket) socket;
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("LDAPS");
        secure.setSSLParameters(parameters);
        secure.setSoTimeout(timeoutMillis);
        return secure;
    }

    @Override
    public Socket createSocket() throws IOException {
        return bounded(sockets.createSocket());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return bounded(sockets.createSocket(socket, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unbounded();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unbounded();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unbounded();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
        throw unbounded();
    }

    private static UnsupportedOperationException unbounded() {
        return new UnsupportedOperationException("a socket that connects at once has no time-out");
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }
}
