package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.containers.ScriptedUpstream;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetLimits;
import io.gatehouse.target.UpstreamProtocol;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.junit.jupiter.api.Test;

/** Connections over HTTP/2 whose other end has fallen silent. */
class Http2ConnectionsTest {

    private static final TargetLimits LIMITS =
            new TargetLimits(4, 4, 4, 4, Duration.ofSeconds(20), Duration.ofSeconds(20), 0, 1);
    private static final int PREFACE = 24;
    private static final int FRAME_HEAD = 9;
    private static final byte HEADERS = 1;
    private static final byte PING = 6;
    private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    private final UpstreamClients clients = new UpstreamClients(Duration.ofHours(1));
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);

    /** What an upstream answers. */
    private enum Answers {
        NOTHING,
        PINGS,
        STREAMS
    }

    /** Says what it allows, and no more; with its own PING behind its answer it sees that its answer was read. */
    private void play(ScriptedUpstream.Connection connection, Answers answers) throws Exception {
        connection.read(PREFACE);
        connection.send(SETTINGS);
        for (byte[] head = connection.read(FRAME_HEAD); head.length == FRAME_HEAD; head = connection.read(FRAME_HEAD)) {
            byte[] payload = connection.read((head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff);
            boolean answer = head[4] != 0;
            if (head[3] == PING && answer) {
                answered.countDown();
            } else if (head[3] == PING) {
                asked.countDown();
                if (answers == Answers.PINGS) {
                    connection.send(ping(1, payload)).send(ping(0, new byte[8]));
                }
            } else if (head[3] == HEADERS && answers == Answers.STREAMS) {
                connection.send(ok(head));
            }
        }
    }

    private static byte[] ping(int flags, byte[] payload) {
        byte[] frame = new byte[FRAME_HEAD + payload.length];
        frame[2] = (byte) payload.length;
        frame[3] = PING;
        frame[4] = (byte) flags;
        System.arraycopy(payload, 0, frame, FRAME_HEAD, payload.length);
        return frame;
    }

    /** The head of an answer on the same stream: {@code :status: 200} is one byte of HPACK. */
    private static byte[] ok(byte[] request) {
        return new byte[] {0, 0, 1, HEADERS, 4, request[5], request[6], request[7], request[8], (byte) 0x88};
    }

    private static Target target(ScriptedUpstream upstream) {
        TargetDefinition definition = new TargetDefinition(
                "t",
                URI.create("http://127.0.0.1:" + upstream.port()),
                false,
                Optional.empty(),
                Optional.empty(),
                false,
                TargetCredential.none(),
                "");
        return new Target(definition, LIMITS, UpstreamProtocol.H2C, Clock.systemUTC());
    }

    private Http2Call open(Target target) throws Exception {
        Http2Call call = clients.http2(target).call(Optional.empty(), false, TimeUnit.HOURS.toNanos(1));
        MetaData.Request head =
                new MetaData.Request("GET", HttpURI.from("http://127.0.0.1/"), HttpVersion.HTTP_2, HttpFields.EMPTY);
        call.open(new HeadersFrame(head, null, true));
        return call;
    }

    private void ask() throws InterruptedException {
        clients.lookAfterConnections(System.nanoTime() + Http2Pulse.SILENCE_NANOS);
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Later than an answer may come, counted from {@link #ask}. */
    private void giveUp() {
        clients.lookAfterConnections(System.nanoTime() + Http2Pulse.SILENCE_NANOS + Http2Pulse.ANSWER_NANOS);
    }

    @Test
    void areReplacedWhenNobodyAnswers() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> play(connection, Answers.NOTHING))) {
            Target target = target(upstream);
            Http2Call call = open(target);
            ask();
            giveUp();
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(call::awaitHead)
                    .withMessage("nobody answers");
            upstream.next().awaitDone(); // the connection was closed
            open(target);
            upstream.next();
            clients.retainOnly(List.of());
        }
    }

    @Test
    void areKeptWhenSomebodyAnswers() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> play(connection, Answers.PINGS))) {
            Target target = target(upstream);
            open(target);
            ask();
            assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
            giveUp();
            open(target);
            assertThat(upstream.connections()).hasSize(1);
            clients.retainOnly(List.of());
        }
    }

    /** Who sends an answer is there, and need not be asked. */
    @Test
    void areKeptWhenSomethingOfAStreamCame() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> play(connection, Answers.STREAMS))) {
            Target target = target(upstream);
            open(target).awaitHead();
            clients.lookAfterConnections(System.nanoTime() + Http2Pulse.SILENCE_NANOS);
            giveUp();
            open(target).awaitHead();
            assertThat(upstream.connections()).hasSize(1);
            clients.retainOnly(List.of());
        }
    }
}
