package io.gatehouse.proxy;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The built-in target: answers with the head that an upstream would have received, for a first try and for diagnosis. */
final class EchoTarget {

    private EchoTarget() {}

    static int answer(Exchange exchange, HttpServletRequest request, HttpServletResponse response) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(request.getMethod())
                .append(' ')
                .append(exchange.upstreamTarget())
                .append(" HTTP/1.1\n");
        RequestHeaders.write(
                request,
                exchange,
                Optional.empty(),
                (name, value) -> head.append(name).append(": ").append(value).append('\n'));
        byte[] body = head.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(200);
        exchange.record().answered(200);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(body.length);
        if (!request.getMethod().equals("HEAD")) {
            try {
                response.getOutputStream().write(body);
            } catch (IOException e) {
                throw new ClientGoneException("the client left", e);
            }
            exchange.record().addBytesOut(body.length);
        }
        return 200;
    }
}
