package dev.reprise.client.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.IdempotencyKey;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which key each call has, as a real server gets it. */
class KeyInterceptorTest {
    private static final Metadata.Key<String> ENTRY =
            Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);
    private static final MethodDescriptor<byte[], byte[]> CHARGE =
            method("test.Payments/Charge", MethodType.UNARY, false);
    private static final MethodDescriptor<byte[], byte[]> GET = method("test.Payments/Get", MethodType.UNARY, true);
    private static final MethodDescriptor<byte[], byte[]> WATCH =
            method("test.Payments/Watch", MethodType.SERVER_STREAMING, false);
    private static final Map<String, ?> RETRIES = Map.of(
            "methodConfig",
            List.of(Map.of(
                    "name",
                    List.of(Map.of()),
                    "retryPolicy",
                    Map.of(
                            "maxAttempts",
                            3.0,
                            "initialBackoff",
                            "0.01s",
                            "maxBackoff",
                            "0.01s",
                            "backoffMultiplier",
                            1.0,
                            "retryableStatusCodes",
                            List.of("UNAVAILABLE")))));

    private final List<@Nullable String> keys = new CopyOnWriteArrayList<>();
    private final List<Status> failures = new CopyOnWriteArrayList<>();
    private Server server = NettyServerBuilder.forPort(0).build();
    private ManagedChannel channel = NettyChannelBuilder.forTarget("unused").build();

    @BeforeEach
    void start() throws IOException {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder("test.Payments");
        for (MethodDescriptor<byte[], byte[]> method : List.of(CHARGE, GET, WATCH)) {
            service.addMethod(method, (call, headers) -> {
                Iterable<String> all = headers.getAll(ENTRY);
                keys.add(all == null ? "none" : String.join("|", all));
                call.request(1);
                return new ServerCall.Listener<>() {
                    @Override
                    public void onHalfClose() {
                        if (!failures.isEmpty()) {
                            call.close(failures.removeFirst(), new Metadata());
                            return;
                        }
                        call.sendHeaders(new Metadata());
                        call.sendMessage(new byte[0]);
                        call.close(Status.OK, new Metadata());
                    }
                };
            });
        }
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(service.build())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .defaultServiceConfig(RETRIES)
                .enableRetry()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private void call(KeyInterceptor interceptor, MethodDescriptor<byte[], byte[]> method, CallOptions options) {
        ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(channel, interceptor), method, options, new byte[] {1});
    }

    @Test
    void each_call_has_a_key_of_its_own_C1() {
        KeyInterceptor interceptor = KeyInterceptor.create();
        call(interceptor, CHARGE, CallOptions.DEFAULT);
        call(interceptor, CHARGE, CallOptions.DEFAULT);

        assertThat(keys).hasSize(2).doesNotHaveDuplicates().allMatch(key -> key.length() == 36);
    }

    @Test
    void the_attempts_of_a_call_have_the_same_key_C1() {
        failures.addAll(List.of(Status.UNAVAILABLE, Status.UNAVAILABLE));
        call(KeyInterceptor.create(), CHARGE, CallOptions.DEFAULT);

        assertThat(keys).hasSize(3).doesNotContain("none").containsOnly(keys.getFirst());
    }

    @Test
    void a_key_of_the_caller_is_kept_C1() {
        CallOptions named = CallOptions.DEFAULT.withOption(KeyInterceptor.KEY, new IdempotencyKey("order-17"));
        call(KeyInterceptor.create(), CHARGE, named);
        call(KeyInterceptor.create(), CHARGE, named);

        assertThat(keys).containsExactly("order-17", "order-17");
    }

    @Test
    void a_key_in_the_metadata_is_kept_C1() {
        Metadata headers = new Metadata();
        headers.put(ENTRY, "order-18");
        ClientCalls.blockingUnaryCall(
                // The last one is called first.
                ClientInterceptors.intercept(
                        channel, KeyInterceptor.create(), MetadataUtils.newAttachHeadersInterceptor(headers)),
                CHARGE,
                CallOptions.DEFAULT,
                new byte[0]);

        assertThat(keys).containsExactly("order-18");
    }

    @Test
    void a_key_that_cannot_be_bare_is_quoted_S1() {
        call(
                KeyInterceptor.create(),
                CHARGE,
                CallOptions.DEFAULT.withOption(KeyInterceptor.KEY, new IdempotencyKey("a \"b\" \\")));

        assertThat(keys).containsExactly("\"a \\\"b\\\" \\\\\"");
    }

    @Test
    void keys_may_be_in_another_entry() {
        call(KeyInterceptor.create().withEntry("X-Operation"), CHARGE, CallOptions.DEFAULT);

        assertThat(keys).containsExactly("none");
    }

    @Test
    void what_is_safe_or_a_stream_gets_no_key_S5() {
        call(KeyInterceptor.create(), GET, CallOptions.DEFAULT);
        ClientCalls.blockingServerStreamingCall(
                        ClientInterceptors.intercept(channel, KeyInterceptor.create()),
                        WATCH,
                        CallOptions.DEFAULT,
                        new byte[0])
                .forEachRemaining(message -> {});

        assertThat(keys).containsExactly("none", "none");
    }

    @Test
    void the_generator_knows_what_is_called() {
        KeyInterceptor interceptor = KeyInterceptor.create(request -> CompletableFuture.completedFuture(
                new IdempotencyKey(request.method() + " " + request.uri().getPath())));
        call(interceptor, CHARGE, CallOptions.DEFAULT);

        assertThat(keys).containsExactly("\"POST /test.Payments/Charge\"");
    }

    @Test
    void a_call_without_a_key_is_not_sent() {
        KeyInterceptor interceptor =
                KeyInterceptor.create(request -> CompletableFuture.failedFuture(new IllegalStateException("No key")));

        assertThatThrownBy(() -> call(interceptor, CHARGE, CallOptions.DEFAULT)).hasMessage("No key");
        assertThat(keys).isEmpty();
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type, boolean safe) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setSafe(safe)
                .setIdempotent(safe)
                .setRequestMarshaller(new Marshaller())
                .setResponseMarshaller(new Marshaller())
                .build();
    }

    private static final class Marshaller implements MethodDescriptor.Marshaller<byte[]> {
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
    }
}
