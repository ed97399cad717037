package io.gatehouse.proxy;

import io.gatehouse.spi.Header;
import io.gatehouse.target.Target;
import io.gatehouse.target.UpstreamAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.apache.http.HttpResponse;
import org.apache.http.message.BasicHttpResponse;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;

/** The heads of requests and answers as HTTP/2 has them. */
final class Http2Head {

    private Http2Head() {}

    /** @param length of the body; negative when there is none, or it is not known before its end */
    static MetaData.Request request(HttpServletRequest request, Exchange exchange, UpstreamAccess access, long length) {
        HttpFields.Mutable fields = HttpFields.build();
        RequestHeaders.write(request, exchange, access.authorization(), (name, value) -> {
            if (!name.equals("Host")) {
                fields.add(name, value);
            }
        });
        if (length >= 0) {
            fields.add(HttpHeader.CONTENT_LENGTH, length);
        }
        Target target = exchange.target();
        HttpURI uri = HttpURI.build()
                .scheme(target.isTls() ? "https" : "http")
                .authority(target.authority())
                .pathQuery(exchange.upstreamTarget())
                .asImmutable();
        return new MetaData.Request(request.getMethod(), uri, HttpVersion.HTTP_2, fields, length);
    }

    /**
     * The head of an answer as those read it who copy it to the client; its body stays with the stream.
     *
     * @throws IOException when another reader could see another end of its body
     */
    static HttpResponse answer(MetaData.Response answer) throws IOException {
        HttpResponse head = new BasicHttpResponse(org.apache.http.HttpVersion.HTTP_1_1, answer.getStatus(), "");
        int lengths = 0;
        for (HttpField field : answer.getHttpFields()) {
            String value = field.getValue() == null ? "" : field.getValue();
            if (field.getHeader() == HttpHeader.CONTENT_LENGTH) {
                lengths += !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9') ? 1 : 2;
            }
            if (Header.isToken(field.getName()) && RequestHeaders.isFieldValue(value)) {
                head.addHeader(field.getName(), value);
            }
        }
        if (lengths > 1) {
            throw new IOException("an answer with more than one length, or one that is no number");
        }
        return head;
    }
}
