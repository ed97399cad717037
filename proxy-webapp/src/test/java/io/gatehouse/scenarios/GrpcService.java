package io.gatehouse.scenarios;

import io.gatehouse.containers.TestCertificates;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyStore;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;

/** A real gRPC service whose messages are bytes. */
final class GrpcService implements AutoCloseable {

    static final Metadata.Key<String> DETAIL = Metadata.Key.of("detail", Metadata.ASCII_STRING_MARSHALLER);

    private static final String NAME = "test.Streams";

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final Server server;

    /** Lets {@code Count} say its next number. */
    final Semaphore next = new Semaphore(0);

    /** Has a permit for each call of {@code Silence} and {@code Count} whose client has left. */
    final Semaphore left = new Semaphore(0);

    /** Has a permit for each call of {@code Silence} that has come. */
    final Semaphore began = new Semaphore(0);

    private GrpcService(NettyServerBuilder builder) throws IOException {
        server = builder.addService(ServerServiceDefinition.builder(NAME)
                        .addMethod(
                                method(NAME, "Echo", MethodDescriptor.MethodType.UNARY),
                                ServerCalls.asyncUnaryCall(GrpcService::echo))
                        .addMethod(
                                method(NAME, "Refuse", MethodDescriptor.MethodType.UNARY),
                                ServerCalls.asyncUnaryCall(GrpcService::refuse))
                        .addMethod(
                                method(NAME, "Count", MethodDescriptor.MethodType.SERVER_STREAMING),
                                ServerCalls.asyncServerStreamingCall(this::count))
                        .addMethod(
                                method(NAME, "Flood", MethodDescriptor.MethodType.SERVER_STREAMING),
                                ServerCalls.asyncServerStreamingCall(GrpcService::flood))
                        .addMethod(
                                method(NAME, "Add", MethodDescriptor.MethodType.CLIENT_STREAMING),
                                ServerCalls.asyncClientStreamingCall(GrpcService::add))
                        .addMethod(
                                method(NAME, "Talk", MethodDescriptor.MethodType.BIDI_STREAMING),
                                ServerCalls.asyncBidiStreamingCall(GrpcService::talk))
                        .addMethod(
                                method(NAME, "Silence", MethodDescriptor.MethodType.BIDI_STREAMING),
                                ServerCalls.asyncBidiStreamingCall(this::silence))
                        .build())
                .maxInboundMessageSize(64 << 20)
                .build()
                .start();
    }

    /** In clear. */
    static GrpcService plain() throws IOException {
        return new GrpcService(NettyServerBuilder.forPort(0));
    }

    static GrpcService tls(TestCertificates certificates) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = TestCertificates.PASSWORD.toCharArray();
        try (InputStream file = Files.newInputStream(certificates.serverStore())) {
            store.load(file, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        return new GrpcService(NettyServerBuilder.forPort(0)
                .sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(keys))
                        .build()));
    }

    /** A method; a client puts the path of the target in front of the service's name. */
    static MethodDescriptor<byte[], byte[]> method(String service, String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .setType(type)
                .build();
    }

    static MethodDescriptor<byte[], byte[]> through(String target, String name, MethodDescriptor.MethodType type) {
        return method(target + "/" + NAME, name, type);
    }

    int port() {
        return server.getPort();
    }

    private static void echo(byte[] message, StreamObserver<byte[]> answer) {
        answer.onNext(message);
        answer.onCompleted();
    }

    private static void refuse(byte[] message, StreamObserver<byte[]> answer) {
        Metadata trailers = new Metadata();
        trailers.put(DETAIL, "no, never");
        answer.onError(
                Status.FAILED_PRECONDITION.withDescription("not now: 100%").asRuntimeException(trailers));
    }

    /** So many numbers, each only when it may; then, if wanted, an error. */
    private void count(byte[] wanted, StreamObserver<byte[]> answer) {
        ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(left::release);
        String[] words = new String(wanted, StandardCharsets.US_ASCII).split(" ");
        try {
            for (int i = 0; i < Integer.parseInt(words[0]); i++) {
                if (!next.tryAcquire(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("The client has not seen the number");
                }
                answer.onNext(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (words.length > 1) {
            answer.onError(Status.ABORTED.withDescription(words[1]).asRuntimeException());
        } else {
            answer.onCompleted();
        }
    }

    /** So many messages of 64 kB as fast as the client takes them. */
    private static void flood(byte[] wanted, StreamObserver<byte[]> answer) {
        ServerCallStreamObserver<byte[]> flow = (ServerCallStreamObserver<byte[]>) answer;
        int[] left = {Integer.parseInt(new String(wanted, StandardCharsets.US_ASCII))};
        byte[] message = new byte[64 * 1024];
        flow.setOnReadyHandler(() -> {
            while (flow.isReady() && left[0] > 0) {
                flow.onNext(message);
                if (--left[0] == 0) {
                    flow.onCompleted();
                }
            }
        });
    }

    /** The length of all that was sent. */
    private static StreamObserver<byte[]> add(StreamObserver<byte[]> answer) {
        long[] sum = {0};
        return observer(message -> sum[0] += message.length, () -> {
            answer.onNext(Long.toString(sum[0]).getBytes(StandardCharsets.US_ASCII));
            answer.onCompleted();
        });
    }

    /** Answers each message at once, and ends when it is told to, whatever the client still has to say. */
    private static StreamObserver<byte[]> talk(StreamObserver<byte[]> answer) {
        answer.onNext("welcome".getBytes(StandardCharsets.US_ASCII));
        return observer(
                message -> {
                    if (new String(message, StandardCharsets.US_ASCII).equals("end")) {
                        answer.onError(
                                Status.ABORTED.withDescription("as you wish").asRuntimeException());
                    } else {
                        answer.onNext(message);
                    }
                },
                answer::onCompleted);
    }

    private StreamObserver<byte[]> silence(StreamObserver<byte[]> answer) {
        ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(left::release);
        began.release();
        return observer(message -> {}, () -> {});
    }

    private interface OnMessage {
        void take(byte[] message);
    }

    private static StreamObserver<byte[]> observer(OnMessage onMessage, Runnable onEnd) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] message) {
                onMessage.take(message);
            }

            @Override
            public void onError(Throwable cause) {
                // the client has left
            }

            @Override
            public void onCompleted() {
                onEnd.run();
            }
        };
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination(10, TimeUnit.SECONDS);
    }
}
