package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.TestCertificates;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real gRPC client talks through Gatehouse to a real gRPC service, in clear and over TLS. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
class GrpcIT {

    private static final String CLEAR = "grpc";
    private static final String SECURE = "grpcs";

    private static Site site;
    private static GrpcService clear;
    private static GrpcService secure;

    @Parameter
    private ContainerKind kind;

    private String marker;
    private ManagedChannel channel;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        clear = GrpcService.plain();
        TestCertificates certificates = TestCertificates.create();
        secure = GrpcService.tls(certificates);
        site = Site.start(
                kind,
                prepared -> prepared.home()
                        .certificate("grpc-ca.crt", certificates.authority())
                        .target(CLEAR, "http://127.0.0.1:" + clear.port(), "protocol: h2c")
                        .target(SECURE, "https://localhost:" + secure.port(), "protocol: h2, ca: grpc-ca.crt"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        clear.close();
        secure.close();
        site.close();
    }

    @BeforeEach
    void connect() throws Exception {
        marker = Site.marker();
        Metadata credentials = new Metadata();
        credentials.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), GatehouseHome.basic("bob"));
        channel = NettyChannelBuilder.forAddress("localhost", site.container().tlsPort())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(site.certificates().authority())
                        .build())
                .userAgent(marker)
                .maxInboundMessageSize(64 << 20)
                .intercept(MetadataUtils.newAttachHeadersInterceptor(credentials))
                .build();
    }

    @AfterEach
    void disconnect() throws Exception {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    private ClientCall<byte[], byte[]> call(String target, String method, MethodType type) {
        return channel.newCall(
                GrpcService.through(target, method, type), CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
    }

    private byte[] unary(String target, String method, byte[] message) {
        return ClientCalls.blockingUnaryCall(
                channel,
                GrpcService.through(target, method, MethodType.UNARY),
                CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
                message);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static void await(Semaphore event) throws InterruptedException {
        assertThat(event.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    }

    /** What a client got, in order: messages, and at last a status. */
    private static final class Answers implements StreamObserver<byte[]> {

        private final BlockingQueue<String> all = new LinkedBlockingQueue<>();

        @Override
        public void onNext(byte[] message) {
            all.add(text(message));
        }

        @Override
        public void onError(Throwable cause) {
            Status status = Status.fromThrowable(cause);
            all.add(status.getCode() + ": " + status.getDescription());
        }

        @Override
        public void onCompleted() {
            all.add("OK");
        }

        String next() throws InterruptedException {
            String next = all.poll(20, TimeUnit.SECONDS);
            return next == null ? "nothing came" : next;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void callsOnce(String target) throws Exception {
        assertThat(unary(target, "Echo", bytes("hello"))).asString().isEqualTo("hello");
        assertThat(site.records().open(marker).text("request", "userAgent")).startsWith(marker);
        AuditRecords.Line close = site.records().close(marker);
        assertThat(close.end()).isEqualTo("complete");
        assertThat(close.text("completion", "status")).isEqualTo("200");
        assertThat(close.text("completion", "bytesIn")).isEqualTo("10");
        assertThat(close.text("completion", "bytesOut")).isEqualTo("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void carriesLargeMessages(String target) {
        byte[] large = new byte[20 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >> 7);
        }
        assertThat(unary(target, "Echo", large)).isEqualTo(large);
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void passesAnErrorWithoutABodyOn(String target) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> unary(target, "Refuse", bytes("please")))
                .satisfies(e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    assertThat(e.getStatus().getDescription()).isEqualTo("not now: 100%");
                    assertThat(e.getTrailers().get(GrpcService.DETAIL)).isEqualTo("no, never");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void showsEachMessageBeforeTheNextIsSent(String target) throws Exception {
        GrpcService service = target.equals(CLEAR) ? clear : secure;
        Answers answers = new Answers();
        ClientCalls.asyncServerStreamingCall(
                call(target, "Count", MethodType.SERVER_STREAMING), bytes("5 enough"), answers);
        for (int i = 0; i < 5; i++) {
            service.next.release();
            assertThat(answers.next()).isEqualTo(Integer.toString(i));
        }
        assertThat(answers.next()).isEqualTo("ABORTED: enough");
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void takesAStreamOfTheClient(String target) throws Exception {
        Answers answers = new Answers();
        StreamObserver<byte[]> messages =
                ClientCalls.asyncClientStreamingCall(call(target, "Add", MethodType.CLIENT_STREAMING), answers);
        for (int i = 0; i < 200; i++) {
            messages.onNext(new byte[20_000]);
        }
        messages.onCompleted();
        assertThat(answers.next()).isEqualTo("4000000");
        assertThat(answers.next()).isEqualTo("OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void streamsBothWaysInTurn(String target) throws Exception {
        Answers answers = new Answers();
        StreamObserver<byte[]> messages =
                ClientCalls.asyncBidiStreamingCall(call(target, "Talk", MethodType.BIDI_STREAMING), answers);
        assertThat(answers.next()).isEqualTo("welcome"); // before the client has said a word
        for (int size : new int[] {0, 1, 3, 100, 5_000, 16_384, 70_000, 300_000}) {
            messages.onNext(bytes("m".repeat(size)));
            assertThat(answers.next()).isEqualTo("m".repeat(size));
        }
        messages.onCompleted();
        assertThat(answers.next()).isEqualTo("OK");
        assertThat(site.records().close(marker).end()).isEqualTo("complete");
    }

    /** The end comes at once, although the client's side is open. */
    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void endsWithTheServer(String target) throws Exception {
        Answers answers = new Answers();
        StreamObserver<byte[]> messages =
                ClientCalls.asyncBidiStreamingCall(call(target, "Talk", MethodType.BIDI_STREAMING), answers);
        assertThat(answers.next()).isEqualTo("welcome");
        messages.onNext(bytes("end"));
        assertThat(answers.next()).isEqualTo("ABORTED: as you wish");
        assertThat(site.records().close(marker).end()).isEqualTo("complete");
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void letsTheServerKnowThatTheClientHasLeft(String target) throws Exception {
        GrpcService service = target.equals(CLEAR) ? clear : secure;
        ClientCall<byte[], byte[]> call = call(target, "Silence", MethodType.BIDI_STREAMING);
        StreamObserver<byte[]> messages = ClientCalls.asyncBidiStreamingCall(call, new Answers());
        messages.onNext(bytes("anybody there?"));
        await(service.began);
        call.cancel("enough", null);
        await(service.left);
        assertThat(site.records().close(marker).end()).isNotEqualTo("complete");
    }

    /** Also when all of the request was sent, so that nobody reads from the client. */
    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void letsTheServerKnowThatAClientThatOnlyListensHasLeft(String target) throws Exception {
        GrpcService service = target.equals(CLEAR) ? clear : secure;
        ClientCall<byte[], byte[]> call = call(target, "Silence", MethodType.BIDI_STREAMING);
        StreamObserver<byte[]> messages = ClientCalls.asyncBidiStreamingCall(call, new Answers());
        messages.onCompleted();
        await(service.began);
        call.cancel("enough", null);
        await(service.left);
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, SECURE})
    void keepsADeadline(String target) throws Exception {
        GrpcService service = target.equals(CLEAR) ? clear : secure;
        Answers answers = new Answers();
        ClientCalls.asyncBidiStreamingCall(
                channel.newCall(
                        GrpcService.through(target, "Silence", MethodType.BIDI_STREAMING),
                        CallOptions.DEFAULT.withDeadlineAfter(3, TimeUnit.SECONDS)),
                answers);
        await(service.began);
        assertThat(answers.next()).startsWith("DEADLINE_EXCEEDED");
        await(service.left);
    }

    /** What the client does not take is not taken from the server either. */
    @Test
    void carriesMoreThanAnybodyKeeps() {
        Iterator<byte[]> messages = ClientCalls.blockingServerStreamingCall(
                call(CLEAR, "Flood", MethodType.SERVER_STREAMING), bytes("1000"));
        long sum = 0;
        while (messages.hasNext()) {
            sum += messages.next().length;
        }
        assertThat(sum).isEqualTo(1000L * 64 * 1024);
    }

    @Test
    void refusesWhoMayNot() {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> ClientCalls.blockingUnaryCall(
                        channel,
                        GrpcService.through("nowhere", "Echo", MethodType.UNARY),
                        CallOptions.DEFAULT,
                        bytes("hello")))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }
}
