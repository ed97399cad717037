package io.gatehouse.proxy;

import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.frames.HeadersFrame;

/** What has come of an answer over HTTP/2 beside its body: interim heads, the head, trailers. */
final class Http2Answer {

    private static final int INTERIM_ANSWERS = 20;

    private final Queue<MetaData.Response> interims = new ConcurrentLinkedQueue<>();
    private volatile HeadersFrame head;
    private volatile HttpFields trailers = HttpFields.EMPTY;
    private int interimCount;

    /** Takes what came next. @throws IOException when it may not stand there */
    void take(HeadersFrame frame) throws IOException {
        if (!(frame.getMetaData() instanceof MetaData.Response answer)) {
            trailers = frame.getMetaData().getHttpFields();
        } else if (head != null) {
            throw new IOException("a second answer");
        } else if (answer.getStatus() >= 200 || frame.isEndStream()) {
            head = frame;
        } else if (answer.getStatus() == 101 || ++interimCount > INTERIM_ANSWERS) {
            throw new IOException("an answer " + answer.getStatus() + " that was not asked for");
        } else {
            interims.add(answer);
        }
    }

    /** The next head, if one is there: each interim one once, then the one that counts. */
    Optional<MetaData.Response> next() {
        MetaData.Response interim = interims.poll();
        HeadersFrame here = head;
        return interim != null || here == null
                ? Optional.ofNullable(interim)
                : Optional.of((MetaData.Response) here.getMetaData());
    }

    /** Whether the head that counts is there. */
    boolean hasBegun() {
        return head != null;
    }

    /** Whether the answer ended with its head. */
    boolean hasNoBody() {
        return head.isEndStream();
    }

    /** The trailers, once the body was read to its end. */
    HttpFields trailers() {
        return trailers;
    }
}
