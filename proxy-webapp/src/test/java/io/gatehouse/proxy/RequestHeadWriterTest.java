package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.http.HttpException;
import org.apache.http.ProtocolException;
import org.apache.http.impl.io.HttpTransportMetricsImpl;
import org.apache.http.impl.io.SessionOutputBufferImpl;
import org.apache.http.message.BasicHttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadWriterTest {

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final SessionOutputBufferImpl buffer = buffer();
    private final RequestHeadWriter writer = new RequestHeadWriter(buffer);

    private SessionOutputBufferImpl buffer() {
        SessionOutputBufferImpl made = new SessionOutputBufferImpl(new HttpTransportMetricsImpl(), 16);
        made.bind(sent);
        return made;
    }

    private String written(BasicHttpRequest request) throws IOException, HttpException {
        writer.write(request);
        buffer.flush();
        return sent.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void sendsEachCharacterAsItsByte() throws Exception {
        BasicHttpRequest request = new BasicHttpRequest("GET", "/a?b=%20");
        request.addHeader("Host", "up");
        request.addHeader("X-Bytes", "\u0080\u009f\u00e9\tz");

        assertThat(written(request))
                .isEqualTo("GET /a?b=%20 HTTP/1.1\r\nHost: up\r\nX-Bytes: \u0080\u009f\u00e9\tz\r\n\r\n");
    }

    @Test
    void sendsHeadsOfAnyLengthOneAfterTheOther() throws Exception {
        BasicHttpRequest large = new BasicHttpRequest("GET", "/" + "x".repeat(40_000));
        BasicHttpRequest small = new BasicHttpRequest("HEAD", "/");

        assertThat(written(large)).isEqualTo("GET /" + "x".repeat(40_000) + " HTTP/1.1\r\n\r\n");
        sent.reset();
        assertThat(written(small)).isEqualTo("HEAD / HTTP/1.1\r\n\r\n");
    }

    /** Its buffer grows within a field, at its end, and between the two characters of a line end. */
    @Test
    void sendsHeadsOfEveryLength() throws Exception {
        for (int length = 980; length < 1040; length++) {
            sent.reset();
            BasicHttpRequest request = new BasicHttpRequest("GET", "/" + "x".repeat(length));
            SessionOutputBufferImpl own = buffer();
            new RequestHeadWriter(own).write(request);
            own.flush();
            assertThat(sent.toString(StandardCharsets.ISO_8859_1))
                    .isEqualTo("GET /" + "x".repeat(length) + " HTTP/1.1\r\n\r\n");
        }
    }

    /** The low bytes of the last three are CR, LF and LF. */
    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\0", "\u0100", "\u010d", "\u010a", "\u560a"})
    void sendsNothingOfAHeadThatWouldBecomeAnother(String character) throws Exception {
        BasicHttpRequest field = new BasicHttpRequest("GET", "/");
        field.addHeader("X-Field", "a" + character + "b");

        assertThatThrownBy(() -> written(field)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> written(new BasicHttpRequest("GET", "/" + character)))
                .isInstanceOf(ProtocolException.class);
        buffer.flush();
        assertThat(sent.size()).isZero();
    }
}
