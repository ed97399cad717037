package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;

/**
 * The body of a request over HTTP/2, which no length announces. When its stream is reset while nobody reads, Tomcat tells
 * the next who does that it has ended, as if it were whole.
 */
public final class UncutBody extends FilterInputStream {

    private final HttpServletRequest request;

    public UncutBody(HttpServletRequest request) throws IOException {
        super(request.getInputStream());
        this.request = request;
    }

    @Override
    public int read() throws IOException {
        return checked(in.read());
    }

    @Override
    public int read(byte[] buffer, int from, int most) throws IOException {
        return checked(in.read(buffer, from, most));
    }

    private int checked(int read) throws IOException {
        if (read < 0 && TomcatStream.isReset(request)) {
            throw new IOException("the stream was reset");
        }
        return read;
    }
}
