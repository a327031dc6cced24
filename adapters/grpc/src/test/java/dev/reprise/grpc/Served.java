package dev.reprise.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A real server on loopback, and a channel to it that does not retry. */
final class Served implements AutoCloseable {
    static final Metadata.Key<String> KEY = MetadataFields.text("idempotency-key");
    static final Metadata.Key<String> REPLAYED = MetadataFields.text("idempotent-replayed");
    static final Metadata.Key<String> CALLER = MetadataFields.text("caller");

    static final int WINDOW = 1 << 20;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;
    private final ManagedChannel channel;

    /** What a method does with a message. */
    interface Handler {
        void handle(String message, ServerCall<String, String> call);
    }

    /** What a caller gets. */
    record Reply(Status status, Metadata headers, List<String> messages, Metadata trailers) {
        boolean replayed() {
            return (status.isOk() ? headers : trailers).containsKey(REPLAYED);
        }

        String message() {
            return messages.getFirst();
        }

        @Nullable
        String trailer(String name) {
            return trailers.get(MetadataFields.text(name));
        }
    }

    private Served(ServerServiceDefinition service, boolean onEventLoop) {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        // A window of fixed size, so that nothing but answers is sent: no pings that measure.
        builder.flowControlWindow(WINDOW);
        (onEventLoop ? builder.directExecutor() : builder.executor(threads)).addService(service);
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .disableRetry()
                .build();
    }

    /** All methods do the same, behind the interceptors of which the first is called first. */
    static Served of(Handler handler, ServerInterceptor... interceptors) {
        return new Served(behind(service(handler), interceptors), false);
    }

    /** A server without an executor of its own. */
    static Served onEventLoop(Handler handler, ServerInterceptor... interceptors) {
        return new Served(behind(service(handler), interceptors), true);
    }

    /** A server of that service, which is complete. */
    static Served of(ServerServiceDefinition service) {
        return new Served(service, false);
    }

    private static ServerServiceDefinition behind(ServerServiceDefinition service, ServerInterceptor... interceptors) {
        return ServerInterceptors.interceptForward(service, interceptors);
    }

    static ServerServiceDefinition service(Handler handler) {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder("test.Payments");
        for (MethodDescriptor<String, String> method : List.of(Texts.CHARGE, Texts.REFUND, Texts.WATCH)) {
            service.addMethod(method, (call, headers) -> {
                call.request(1);
                return new ServerCall.Listener<>() {
                    private String message = "";

                    @Override
                    public void onMessage(String received) {
                        message = received;
                    }

                    @Override
                    public void onHalfClose() {
                        handler.handle(message, call);
                    }
                };
            });
        }
        return service.build();
    }

    /** Ends a call well. */
    static void answer(ServerCall<String, String> call, String message) {
        call.sendHeaders(new Metadata());
        call.sendMessage(message);
        call.close(Status.OK, new Metadata());
    }

    int port() {
        return server.getPort();
    }

    Channel channel() {
        return channel;
    }

    Reply charge(String key, String message) {
        return call(Texts.CHARGE, headers(key), message).join();
    }

    Reply charge(Metadata headers, String message) {
        return call(Texts.CHARGE, headers, message).join();
    }

    static Metadata headers(String key) {
        Metadata headers = new Metadata();
        headers.put(KEY, key);
        return headers;
    }

    /** Makes a call, and gives its reply when it has ended. */
    CompletableFuture<Reply> call(MethodDescriptor<String, String> method, Metadata headers, String message) {
        return call(channel.newCall(method, CallOptions.DEFAULT), headers, message);
    }

    static CompletableFuture<Reply> call(ClientCall<String, String> call, Metadata headers, String message) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    private Metadata received = new Metadata();
                    private final List<String> messages = new ArrayList<>();

                    @Override
                    public void onHeaders(Metadata sent) {
                        received = sent;
                    }

                    @Override
                    public void onMessage(String sent) {
                        messages.add(sent);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        reply.complete(new Reply(status, received, messages, trailers));
                    }
                },
                headers);
        call.request(2);
        call.sendMessage(message);
        call.halfClose();
        return reply;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        threads.shutdownNow();
    }
}
