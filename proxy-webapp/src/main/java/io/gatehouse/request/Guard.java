package io.gatehouse.request;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Set;

/** The first look at a request: one reading of its target, headers that mean one thing, a known client; or no entry. */
public final class Guard {

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final int MAX_HEADERS = 500;

    private final ClientAddress clientAddress;
    private final EncodedSlashes encodedSlashes;

    /** Which places take paths with encoded slashes. */
    public interface EncodedSlashes {

        /**
         * Whether what is served there does.
         *
         * @param host lower case, without a port
         * @param path canonical; an encoded slash separates nothing
         */
        boolean accepted(String host, String path);
    }

    /** One that takes no encoded slash. */
    public Guard(ClientAddress clientAddress) {
        this(clientAddress, (host, path) -> false);
    }

    public Guard(ClientAddress clientAddress, EncodedSlashes encodedSlashes) {
        this.clientAddress = clientAddress;
        this.encodedSlashes = encodedSlashes;
    }

    /**
     * What a request is, once it is let in.
     *
     * @param method one of those that are known
     * @param target the canonical target
     * @param host the host that was asked for, lower case, without a port
     * @param hostAndPort as the client wrote it
     * @param client the client's address
     * @param scheme as the client sees it
     * @param impersonates whether it wants to be taken for somebody else: to be judged, or refused, but never overlooked
     */
    public record Admitted(
            String method,
            RequestTarget target,
            String host,
            String hostAndPort,
            InetAddress client,
            String scheme,
            boolean impersonates) {}

    /**
     * Looks at a request.
     *
     * @param webSocketOverHttp2 whether the method CONNECT is the beginning of a WebSocket (RFC 8441)
     * @throws InvalidRequestException naming the part that can not stay
     */
    public Admitted admit(HttpServletRequest request, boolean webSocketOverHttp2) {
        String method = webSocketOverHttp2 ? "GET" : request.getMethod();
        if (!METHODS.contains(method)) {
            throw new InvalidRequestException(
                    405, "the method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        }
        if (!request.getProtocol().startsWith("HTTP/") || request.getProtocol().equals("HTTP/0.9")) {
            throw new InvalidRequestException("the protocol is not HTTP/1.0, HTTP/1.1 or HTTP/2");
        }
        RequestTarget target = inContext(
                RequestTarget.withEncodedSlashes(request.getRequestURI(), request.getQueryString()),
                request.getContextPath());
        InetAddress peer = ClientAddress.peer(request);
        boolean impersonates = checkHeaders(request);
        checkFraming(request);
        boolean credentials = request.getHeader("Authorization") != null || TokenProtocol.isOffered(request);
        if (credentials && !clientAddress.maySendCredentials(request, peer)) {
            throw new InvalidRequestException("credentials came over plain HTTP; use https");
        }
        String hostAndPort = host(request);
        String host = withoutPort(hostAndPort);
        if (target.hasEncodedSlash() && !encodedSlashes.accepted(host, target.path())) {
            target.refuseEncodedSlash();
        }
        return new Admitted(
                method,
                target,
                host,
                hostAndPort,
                clientAddress.of(request, peer),
                clientAddress.cameOverTls(request, peer) ? "https" : "http",
                impersonates);
    }

    /** The client of a request. @throws InvalidRequestException when it has no address */
    public InetAddress client(HttpServletRequest request) {
        return clientAddress.of(request, ClientAddress.peer(request));
    }

    /** The rest behind the path that the container serves the WAR under. */
    private static RequestTarget inContext(RequestTarget target, String contextPath) {
        if (contextPath.isEmpty()) {
            return target;
        }
        if (!target.rawPath().startsWith(contextPath + "/") && !target.rawPath().equals(contextPath)) {
            throw new InvalidRequestException("the path spells the application's context path in another way");
        }
        return target.withoutLeadingSegments(
                (int) contextPath.chars().filter(c -> c == '/').count());
    }

    /** Whether there is an {@code Impersonate-} header, spelled as it should be. */
    private static boolean checkHeaders(HttpServletRequest request) {
        boolean impersonates = false;
        int count = 0;
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement();
            String folded = ManagedHeaders.fold(name);
            if (++count > MAX_HEADERS) {
                throw new InvalidRequestException(431, "the request has more than " + MAX_HEADERS + " header fields");
            }
            if (ManagedHeaders.isImpersonation(folded)) {
                if (name.charAt("impersonate".length()) != '-') {
                    throw new InvalidRequestException(403, "a header is a misspelt Impersonate- header");
                }
                impersonates = true;
            }
        }
        requireOne(request, "Host");
        requireOne(request, "Content-Length");
        requireOne(request, "Transfer-Encoding");
        requireOne(request, "Authorization");
        return impersonates;
    }

    private static void requireOne(HttpServletRequest request, String name) {
        Enumeration<String> values = request.getHeaders(name);
        if (values.hasMoreElements()) {
            values.nextElement();
            if (values.hasMoreElements()) {
                throw new InvalidRequestException("the header " + name + " stands there more than once");
            }
        }
    }

    /** One way to tell where the body ends, RFC 9112 6.1 and 6.3. */
    private static void checkFraming(HttpServletRequest request) {
        String encoding = request.getHeader("Transfer-Encoding");
        String length = request.getHeader("Content-Length");
        if (encoding != null
                && (length != null || !encoding.strip().toLowerCase(Locale.ROOT).equals("chunked"))) {
            throw new InvalidRequestException("the body's length is told in a way that has no single reading");
        }
        if (length != null && (length.length() > 18 || !length.chars().allMatch(c -> c >= '0' && c <= '9'))) {
            throw new InvalidRequestException("Content-Length is not a number");
        }
    }

    private static String host(HttpServletRequest request) {
        String host = request.getHeader("Host");
        if (host == null) {
            String name = request.getServerName(); // HTTP/2 has :authority instead
            String bracketed = name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
            int port = request.getServerPort();
            boolean usual = port <= 0 || port == (request.isSecure() ? 443 : 80);
            host = usual ? bracketed : bracketed + ":" + port;
        }
        if (host.length() > 261) {
            throw new InvalidRequestException("the host is longer than a name can be");
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letterOrDigit && ".-_:[]".indexOf(c) < 0) {
                throw new InvalidRequestException("the host has a character that no host name has");
            }
        }
        return host;
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        boolean port = colon > 0 && host.indexOf(']', colon) < 0;
        String name = (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
