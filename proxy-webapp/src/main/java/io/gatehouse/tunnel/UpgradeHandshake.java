package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.CONNECT_FAILED;
import static io.gatehouse.tunnel.UpgradeException.Reason.TIMED_OUT;
import static io.gatehouse.tunnel.UpgradeException.Reason.TLS_FAILED;

import io.gatehouse.target.UnixSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Asks an upstream to switch protocols, over a connection of its own that is used for nothing else. */
final class UpgradeHandshake {
    private final ScheduledExecutorService scheduler;
    private final HandshakeLimits limits;

    UpgradeHandshake(ScheduledExecutorService scheduler, HandshakeLimits limits) {
        this.scheduler = scheduler;
        this.limits = limits;
    }

    /**
     * Connects, sends the head, reads the answer's head; blocks for the two time-outs at the most (name resolution
     * excepted, which Java can not bound).
     *
     * @throws UpgradeException for everything but a complete answer; nothing stays open then
     */
    UpgradeAnswer send(UpstreamEndpoint endpoint, RequestHead request) throws UpgradeException {
        Socket transport = connect(endpoint);
        try {
            return send(endpoint, request, transport);
        } catch (UpgradeException | RuntimeException | Error e) {
            closeQuietly(transport, e);
            throw e;
        }
    }

    private UpgradeAnswer send(UpstreamEndpoint endpoint, RequestHead request, Socket transport)
            throws UpgradeException {
        SocketDeadline deadline = new SocketDeadline(scheduler, transport, limits.answer());
        try {
            Socket socket = endpoint.tls().isPresent()
                    ? startTls(transport, endpoint, endpoint.tls().get())
                    : transport;
            OutputStream output = socket.getOutputStream();
            output.write(request.bytes());
            output.flush();
            AnswerInput input = new AnswerInput(socket.getInputStream());
            AnswerHead head = input.readFinalHead();
            SwitchedConnection connection = new SwitchedConnection(transport, socket, input, output);
            UpgradeAnswer answer = answer(request, head, input, transport, connection);
            if (deadline.passed()) {
                throw new UpgradeException(TIMED_OUT, "The upstream took too long");
            }
            return answer;
        } catch (IOException e) {
            throw deadline.explain(e, "The connection to the upstream broke before it had answered");
        } finally {
            deadline.cancel();
        }
    }

    private UpgradeAnswer answer(
            RequestHead request, AnswerHead head, AnswerInput input, Socket transport, SwitchedConnection connection)
            throws UpgradeException {
        if (head.status() == 101) {
            UpgradeProtocol protocol = SwitchCheck.check(request, head);
            return new UpgradeAnswer.Switched(protocol, head.headers(), connection);
        }
        SocketDeadline bodyDeadline = new SocketDeadline(scheduler, transport, limits.refusal());
        try {
            AnswerBody body = AnswerBody.of(head, input, connection, bodyDeadline, limits.refusalBytes());
            return new UpgradeAnswer.Refused(head.status(), head.headers(), body);
        } catch (UpgradeException e) {
            bodyDeadline.cancel();
            throw e;
        }
    }

    private Socket connect(UpstreamEndpoint endpoint) throws UpgradeException {
        long until = System.nanoTime() + limits.connect().toNanos();
        IOException last = null;
        try {
            if (endpoint.socket().isPresent()) {
                UnixSocket socket = new UnixSocket(endpoint.socket().get());
                socket.connect();
                return socket;
            }
            for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
                long milliseconds = (until - System.nanoTime()) / 1_000_000;
                if (milliseconds <= 0) {
                    break;
                }
                try {
                    return connect(new InetSocketAddress(address, endpoint.port()), (int) milliseconds);
                } catch (IOException e) {
                    last = e;
                }
            }
        } catch (IOException e) {
            last = e;
        }
        if (last == null || last instanceof SocketTimeoutException) {
            throw new UpgradeException(TIMED_OUT, "Connecting to the upstream took too long", last);
        }
        throw new UpgradeException(CONNECT_FAILED, "Connecting to the upstream failed", last);
    }

    private static Socket connect(InetSocketAddress address, int milliseconds) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setKeepAlive(true);
            socket.setTcpNoDelay(true);
            socket.connect(address, milliseconds);
            return socket;
        } catch (IOException e) {
            closeQuietly(socket, e);
            throw e;
        }
    }

    private static Socket startTls(Socket transport, UpstreamEndpoint endpoint, UpstreamEndpoint.Tls tls)
            throws IOException {
        try {
            SSLSocket socket = (SSLSocket)
                    tls.context().getSocketFactory().createSocket(transport, tls.serverName(), endpoint.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            if (isHostName(tls.serverName())) {
                parameters.setServerNames(List.of(new SNIHostName(tls.serverName())));
            }
            parameters.setEndpointIdentificationAlgorithm(tls.checkServerName() ? "HTTPS" : "");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            throw new UpgradeException(TLS_FAILED, "The TLS handshake with the upstream failed", e);
        } catch (IllegalArgumentException e) {
            throw new UpgradeException(TLS_FAILED, "The TLS server name of the upstream is no host name", e);
        }
    }

    private static boolean isHostName(String name) {
        return !name.contains(":") && !name.matches("[0-9.]+");
    }

    private static void closeQuietly(Socket socket, Throwable because) {
        try {
            socket.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
