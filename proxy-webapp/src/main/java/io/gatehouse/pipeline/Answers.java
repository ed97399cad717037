package io.gatehouse.pipeline;

import io.gatehouse.kubernetes.KubernetesStatus;
import io.gatehouse.spi.Header;
import io.gatehouse.tunnel.UnreadBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the answers that Gatehouse itself gives: a Kubernetes Status where a Kubernetes client asks, else one line. */
final class Answers {

    private Answers() {}

    /** A Kubernetes Status. */
    static void status(
            HttpServletRequest request, HttpServletResponse response, int code, byte[] status, List<Header> headers)
            throws IOException {
        write(request, response, code, "application/json", status, headers);
    }

    /** One line of text, or a Kubernetes Status of it. */
    static void line(
            HttpServletRequest request,
            HttpServletResponse response,
            int code,
            String message,
            boolean kubernetes,
            List<Header> headers)
            throws IOException {
        if (kubernetes) {
            status(request, response, code, KubernetesStatus.failure(code, message), headers);
        } else {
            byte[] text = (message + "\n").getBytes(StandardCharsets.UTF_8);
            write(request, response, code, "text/plain;charset=utf-8", text, headers);
        }
    }

    private static void write(
            HttpServletRequest request,
            HttpServletResponse response,
            int code,
            String type,
            byte[] body,
            List<Header> headers)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.reset();
        response.setStatus(code);
        for (Header header : headers) {
            response.addHeader(header.name(), header.value());
        }
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (code == 405) {
            response.setHeader("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        }
        if (request.getHeader("Upgrade") != null || hasUnreadBody(request)) {
            response.setHeader(
                    "Connection", "close"); // what follows on this connection is not a request that we asked for
        }
        if (hasUnreadBody(request)) {
            UnreadBody.abandon(request);
        }
        response.setContentType(type);
        response.setContentLength(body.length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(body);
        }
    }

    private static boolean hasUnreadBody(HttpServletRequest request) {
        return request.getProtocol().startsWith("HTTP/1")
                && (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null);
    }
}
