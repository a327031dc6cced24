package dev.reprise.grpc;

import static dev.reprise.grpc.Served.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.client.grpc.KeyInterceptor;
import dev.reprise.grpc.Served.Reply;
import dev.reprise.memory.MemoryStore;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Moment;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The retries of gRPC itself, switched on by a service config, are safe with a key. */
class RetryTest {
    private static final Map<String, ?> RETRIES = Map.of(
            "methodConfig",
            List.of(Map.of(
                    "name",
                    List.of(Map.of()),
                    "retryPolicy",
                    Map.of(
                            "maxAttempts",
                            5.0,
                            "initialBackoff",
                            "0.05s",
                            "maxBackoff",
                            "1s",
                            "backoffMultiplier",
                            2.0,
                            "retryableStatusCodes",
                            List.of("UNAVAILABLE")))));

    private final MemoryStore store = new MemoryStore();
    private final IdempotencyEngine engine = IdempotencyEngine.over(store).build();
    private final IdempotencyInterceptor interceptor = IdempotencyInterceptor.over(
            engine,
            (call, headers) -> "ann",
            List.of(ProtectedMethod.of(Texts.CHARGE).withKeyRequired(true)));
    private final AtomicInteger executions = new AtomicInteger();
    private final List<Status.Code> answers = new CopyOnWriteArrayList<>();
    private final CountDownLatch refused = new CountDownLatch(1);

    @AfterEach
    void close() {
        engine.close();
        store.close();
    }

    /** Notes how calls end at the server, which their channel hides. */
    private final ServerInterceptor noting = new ServerInterceptor() {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return next.startCall(
                    new SimpleForwardingServerCall<>(call) {
                        @Override
                        public void close(Status status, Metadata trailers) {
                            answers.add(status.getCode());
                            super.close(status, trailers);
                            if (status.getCode() == Status.Code.UNAVAILABLE) {
                                refused.countDown();
                            }
                        }
                    },
                    headers);
        }
    };

    private static ManagedChannel retrying(int port) {
        return channel(port, RETRIES);
    }

    private static ManagedChannel channel(int port, Map<String, ?> config) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .flowControlWindow(Served.WINDOW)
                .enableRetry()
                .defaultServiceConfig(config)
                .build();
    }

    private static CompletableFuture<Reply> call(ManagedChannel channel, Metadata headers, String message) {
        return Served.call(
                ClientInterceptors.intercept(channel, KeyInterceptor.create())
                        .newCall(Texts.CHARGE, CallOptions.DEFAULT),
                headers,
                message);
    }

    @Test
    void a_duplicate_of_a_running_call_gets_its_answer_by_the_retries_of_the_channel_S8() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Served served = Served.of(
                (message, call) -> {
                    executions.incrementAndGet();
                    started.countDown();
                    await(goOn);
                    answer(call, "done");
                },
                noting,
                interceptor)) {
            ManagedChannel channel = retrying(served.port());
            CompletableFuture<Reply> first = call(channel, Served.headers("k"), "ten");
            await(started);
            CompletableFuture<Reply> second = call(channel, Served.headers("k"), "ten");
            await(refused);
            goOn.countDown();

            assertThat(first.join().replayed()).isFalse();
            assertThat(second.join().message()).isEqualTo("done");
            assertThat(second.join().replayed()).isTrue();
            assertThat(executions).hasValue(1);
            assertThat(answers).startsWith(Status.Code.UNAVAILABLE).endsWith(Status.Code.OK);
            channel.shutdownNow();
        }
    }

    @Test
    void an_answer_that_was_lost_with_its_connection_comes_by_the_retries_of_the_channel_S20() {
        try (Served served = Served.of(
                        (message, call) -> answer(call, message + executions.incrementAndGet()), interceptor);
                TcpFaultProxy proxy = new TcpFaultProxy(served.port())) {
            ManagedChannel channel = retrying(proxy.port());
            // What is sent at the beginning of a connection is sent, so the next bytes are the answer's.
            call(channel, new Metadata(), "first ").join();
            proxy.cutAt("ten-that-is-lost", Moment.BEFORE_RESPONSE);
            Reply reply = call(channel, new Metadata(), "ten-that-is-lost").join();

            assertThat(proxy.isArmed()).isFalse();
            assertThat(proxy.connections()).isGreaterThan(1);
            assertThat(reply.message()).isEqualTo("ten-that-is-lost2");
            assertThat(reply.replayed()).isTrue();
            assertThat(executions).hasValue(2);
            channel.shutdownNow();
        }
    }

    /** While the first attempt runs, its hedge is told to come again, which must not end the call. */
    @Test
    void a_hedge_does_not_execute_a_second_time_S16() {
        Map<String, ?> hedges = Map.of(
                "methodConfig",
                List.of(Map.of(
                        "name",
                        List.of(Map.of()),
                        "hedgingPolicy",
                        Map.of(
                                "maxAttempts",
                                3.0,
                                "hedgingDelay",
                                "0.05s",
                                "nonFatalStatusCodes",
                                List.of("UNAVAILABLE")))));
        try (Served served = Served.of(
                (message, call) -> {
                    executions.incrementAndGet();
                    await(refused);
                    answer(call, "done");
                },
                noting,
                interceptor)) {
            ManagedChannel channel = channel(served.port(), hedges);

            assertThat(call(channel, new Metadata(), "ten").join().message()).isEqualTo("done");
            assertThat(executions).hasValue(1);
            assertThat(answers).contains(Status.Code.UNAVAILABLE);
            channel.shutdownNow();
        }
    }

    @Test
    void what_says_that_nothing_was_done_is_executed_by_the_next_attempt_S15() {
        try (Served served = Served.of(
                (message, call) -> {
                    if (executions.incrementAndGet() == 1) {
                        Metadata trailers = new Metadata();
                        trailers.put(Refusal.PUSHBACK, "1");
                        call.close(Status.UNAVAILABLE, trailers);
                    } else {
                        answer(call, "done");
                    }
                },
                interceptor)) {
            ManagedChannel channel = retrying(served.port());

            assertThat(call(channel, new Metadata(), "ten").join().message()).isEqualTo("done");
            channel.shutdownNow();
        }
    }

    /** The channel repeats UNAVAILABLE, and the record then says that this was wrong. */
    @Test
    void an_outcome_that_nobody_knows_ends_the_retries_of_the_channel_S15() {
        try (Served served = Served.of(
                (message, call) -> {
                    executions.incrementAndGet();
                    call.close(Status.UNAVAILABLE, new Metadata());
                },
                noting,
                interceptor)) {
            ManagedChannel channel = retrying(served.port());
            Reply reply = call(channel, new Metadata(), "ten").join();

            assertThat(reply.status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(answers).containsExactly(Status.Code.UNAVAILABLE, Status.Code.FAILED_PRECONDITION);
            assertThat(executions).hasValue(1);
            channel.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
