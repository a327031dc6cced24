package dev.reprise.grpc;

import static dev.reprise.grpc.Served.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.grpc.Served.Reply;
import dev.reprise.memory.MemoryStore;
import dev.reprise.testkit.FaultyStore;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a handler and its caller see while the answer is held: on which thread, in which order, and with whom gone. */
class HeldCallTest {
    private static final ProtectedMethod CHARGE =
            ProtectedMethod.of(Texts.CHARGE).withKeyRequired(true);

    private final MemoryStore memory = new MemoryStore();
    private final FaultyStore store = new FaultyStore(memory);
    private final IdempotencyEngine engine = IdempotencyEngine.over(store).build();
    private final IdempotencyInterceptor interceptor =
            IdempotencyInterceptor.over(engine, (call, headers) -> "ann", List.of(CHARGE));
    private final AtomicInteger executions = new AtomicInteger();

    @AfterEach
    void close() {
        engine.close();
        memory.close();
    }

    @Test
    void a_handler_may_answer_later_on_another_thread() {
        AtomicReference<@Nullable ServerCall<String, String>> open = new AtomicReference<>();
        CountDownLatch returned = new CountDownLatch(1);
        ServerInterceptor outside = new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                ServerCall.Listener<Q> listener = next.startCall(call, headers);
                return new SimpleForwardingServerCallListener<>(listener) {
                    @Override
                    public void onHalfClose() {
                        super.onHalfClose();
                        returned.countDown();
                    }
                };
            }
        };
        try (Served served = Served.of((message, call) -> open.set(call), outside, interceptor)) {
            CompletableFuture<Reply> reply = served.call(Texts.CHARGE, Served.headers("k"), "ten");
            await(returned);
            ServerCall<String, String> call = Objects.requireNonNull(open.get());
            assertThat(reply).isNotDone();
            answer(call, "later");

            assertThat(reply.join().message()).isEqualTo("later");
            assertThat(served.charge("k", "ten").replayed()).isTrue();
        }
    }

    /** S19: neither its deadline nor its going away reaches the handler. */
    @Test
    void the_answer_is_recorded_although_the_caller_has_gone_S19() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        ServerInterceptor outside = new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                Context.current().addListener(context -> gone.countDown(), Runnable::run);
                return next.startCall(call, headers);
            }
        };
        ServerInterceptor inside = new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                return new SimpleForwardingServerCallListener<>(
                        Contexts.interceptCall(Context.current(), call, headers, next)) {
                    @Override
                    public void onCancel() {
                        told.countDown();
                    }
                };
            }
        };
        AtomicReference<@Nullable Boolean> undisturbed = new AtomicReference<>();
        try (Served served = Served.of(
                (message, call) -> {
                    started.countDown();
                    await(gone);
                    undisturbed.set(!Context.current().isCancelled()
                            && Context.current().getDeadline() == null
                            && !call.isCancelled()
                            && told.getCount() == 1);
                    answer(call, "done");
                },
                outside,
                interceptor,
                inside)) {
            ClientCall<String, String> call =
                    served.channel().newCall(Texts.CHARGE, CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS));
            CompletableFuture<Reply> reply = Served.call(call, Served.headers("k"), "ten");
            await(started);
            call.cancel("The caller goes away", null);
            assertThat(reply.join().status().getCode()).isEqualTo(Status.Code.CANCELLED);
            await(told);

            assertThat(undisturbed).hasValue(true);
            Reply again = served.charge("k", "ten");
            assertThat(again.replayed()).isTrue();
            assertThat(again.message()).isEqualTo("done");
        }
    }

    @Test
    void nothing_is_sent_before_the_record_is_durable_S19() {
        store.inject(Fault.STALL, Call.COMPLETE);
        CountDownLatch completing = new CountDownLatch(1);
        store.before(Call.COMPLETE, completing::countDown);
        List<String> sent = new CopyOnWriteArrayList<>();
        ServerInterceptor outside = new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                return next.startCall(
                        new SimpleForwardingServerCall<>(call) {
                            @Override
                            public void sendHeaders(Metadata headers) {
                                sent.add("headers");
                                super.sendHeaders(headers);
                            }

                            @Override
                            public void sendMessage(A message) {
                                sent.add("message");
                                super.sendMessage(message);
                            }

                            @Override
                            public void close(Status status, Metadata trailers) {
                                sent.add("trailers");
                                super.close(status, trailers);
                            }
                        },
                        headers);
            }
        };
        try (Served served = Served.of((message, call) -> answer(call, "done"), outside, interceptor)) {
            CompletableFuture<Reply> reply = served.call(Texts.CHARGE, Served.headers("k"), "ten");
            await(completing);

            assertThat(sent).isEmpty();
            assertThat(reply).isNotDone();
            store.heal();
            assertThat(reply.join().message()).isEqualTo("done");
            assertThat(sent).containsExactly("headers", "message", "trailers");
        }
    }

    /** On it, all calls of its connections would wait for the store. */
    @Test
    void a_protected_call_on_the_event_loop_is_refused() {
        try (Served served =
                Served.onEventLoop((message, call) -> answer(call, "" + executions.incrementAndGet()), interceptor)) {
            Reply reply = served.charge("k", "ten");

            assertThat(reply.status().getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThat(reply.status().getDescription()).contains("event loop");
            assertThat(executions).hasValue(0);
            assertThat(served.call(Texts.REFUND, Served.headers("k"), "ten")
                            .join()
                            .status()
                            .isOk())
                    .isTrue();
        }
    }

    /** As the callback of another client does that has no executor. */
    @Test
    void a_handler_may_answer_on_an_event_loop() {
        try (Served other = Served.of((message, call) -> answer(call, "from afar"));
                Served served = Served.of(
                        (message, call) -> {
                            var unused = Served.call(
                                            other.channel()
                                                    .newCall(
                                                            Texts.CHARGE,
                                                            CallOptions.DEFAULT.withExecutor(Runnable::run)),
                                            new Metadata(),
                                            message)
                                    .thenAccept(reply -> {
                                        executions.addAndGet(EventLoop.isCurrent() ? 1 : 0);
                                        answer(call, reply.message());
                                    });
                        },
                        interceptor)) {
            assertThat(served.charge("k", "ten").message()).isEqualTo("from afar");
            assertThat(executions).hasValue(1);
            assertThat(served.charge("k", "ten").replayed()).isTrue();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Duration.ofMinutes(1).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
