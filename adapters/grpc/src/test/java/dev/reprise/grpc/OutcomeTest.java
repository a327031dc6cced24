package dev.reprise.grpc;

import static dev.reprise.grpc.Served.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.grpc.Served.Reply;
import dev.reprise.memory.MemoryStore;
import dev.reprise.testkit.FaultyStore;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of an operation, by how its handler ended and what its store did. */
class OutcomeTest {
    private static final Metadata.Key<String> EFFECT = MetadataFields.text("idempotency-effect");
    private static final ProtectedMethod CHARGE =
            ProtectedMethod.of(Texts.CHARGE).withKeyRequired(true);

    private final MemoryStore memory = new MemoryStore();
    private final FaultyStore store = new FaultyStore(memory);
    private final IdempotencyEngine engine = IdempotencyEngine.over(store).build();
    private final IdempotencyInterceptor interceptor = protecting(CHARGE);
    private final AtomicInteger executions = new AtomicInteger();

    @AfterEach
    void close() {
        engine.close();
        memory.close();
    }

    private IdempotencyInterceptor protecting(ProtectedMethod method) {
        return IdempotencyInterceptor.over(engine, (call, headers) -> "ann", List.of(method));
    }

    /** Answers so the first time, and with OK afterwards. */
    private Served.Handler first(Status status, Metadata trailers) {
        return (message, call) -> {
            if (executions.incrementAndGet() == 1) {
                call.close(status, trailers);
            } else {
                answer(call, "done");
            }
        };
    }

    @ParameterizedTest
    @EnumSource(value = Status.Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void each_code_means_what_the_page_says_S14_S15(Status.Code code) {
        try (Served served = Served.of(first(code.toStatus(), new Metadata()), interceptor)) {
            Reply first = served.charge("k", "ten");
            Reply again = served.charge("k", "ten");

            assertThat(first.status().getCode()).isEqualTo(code);
            assertThat(first.replayed()).isFalse();
            switch (CHARGE.meaningOf(code)) {
                case FINAL -> {
                    assertThat(again.status().getCode()).isEqualTo(code);
                    assertThat(again.replayed()).isTrue();
                    assertThat(executions).hasValue(1);
                }
                case NOTHING_DONE -> {
                    assertThat(again.message()).isEqualTo("done");
                    assertThat(executions).hasValue(2);
                }
                case UNCERTAIN -> {
                    assertUnknown(again);
                    assertThat(executions).hasValue(1);
                }
            }
        }
    }

    private static void assertUnknown(Reply reply) {
        assertThat(reply.status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(reply.trailer("idempotency-problem")).endsWith("/outcome-unknown");
        assertThat(reply.trailer("grpc-retry-pushback-ms")).isEqualTo("-1");
    }

    @Test
    void unavailable_with_a_time_to_come_again_means_that_nothing_was_done_S15() {
        Metadata trailers = new Metadata();
        trailers.put(Refusal.PUSHBACK, "10");
        try (Served served = Served.of(first(Status.UNAVAILABLE, trailers), interceptor)) {
            assertThat(served.charge("k", "ten").trailer("grpc-retry-pushback-ms"))
                    .isEqualTo("10");
            assertThat(served.charge("k", "ten").message()).isEqualTo("done");
        }
    }

    @Test
    void unavailable_that_forbids_to_come_again_stays_uncertain_S15() {
        Metadata trailers = new Metadata();
        trailers.put(Refusal.PUSHBACK, "-1");
        try (Served served = Served.of(first(Status.UNAVAILABLE, trailers), interceptor)) {
            served.charge("k", "ten");
            assertUnknown(served.charge("k", "ten"));
        }
    }

    @Test
    void a_handler_can_say_that_there_was_no_effect_S15() {
        Metadata trailers = new Metadata();
        trailers.put(EFFECT, "none");
        try (Served served = Served.of(first(Status.INTERNAL, trailers), interceptor)) {
            assertThat(served.charge("k", "ten").trailers().containsKey(EFFECT)).isFalse();
            assertThat(served.charge("k", "ten").message()).isEqualTo("done");
        }
    }

    @Test
    void a_code_can_mean_something_else() {
        ProtectedMethod method = CHARGE.withMeaning(Status.Code.ABORTED, ProtectedMethod.Meaning.NOTHING_DONE);
        try (Served served = Served.of(first(Status.ABORTED, new Metadata()), protecting(method))) {
            served.charge("k", "ten");
            assertThat(served.charge("k", "ten").message()).isEqualTo("done");
        }
    }

    @Test
    void a_handler_that_throws_leaves_the_outcome_unknown_S15() {
        try (Served served = Served.of(
                (message, call) -> {
                    executions.incrementAndGet();
                    throw new IllegalStateException("as the test wants it");
                },
                interceptor)) {
            assertThat(served.charge("k", "ten").status().getCode()).isEqualTo(Status.Code.UNKNOWN);
            assertUnknown(served.charge("k", "ten"));
            assertThat(executions).hasValue(1);
        }
    }

    @Test
    void what_is_thrown_may_fail_to_say_what_it_is() {
        try (Served served = Served.of(
                (message, call) -> {
                    throw new IllegalStateException() {
                        @Override
                        public String getMessage() {
                            throw new IllegalArgumentException("as the test wants it");
                        }
                    };
                },
                interceptor)) {
            served.charge("k", "ten");
            assertUnknown(served.charge("k", "ten"));
        }
    }

    @Test
    void a_handler_that_throws_and_is_safe_to_run_again_is_run_again_S15() {
        ProtectedMethod rerun = CHARGE.withPolicy(OperationPolicy.DEFAULT.withUncertain(Uncertain.RERUN));
        try (Served served = Served.of(
                (message, call) -> {
                    if (executions.incrementAndGet() == 1) {
                        throw new IllegalStateException("as the test wants it");
                    }
                    answer(call, "done");
                },
                protecting(rerun))) {
            served.charge("k", "ten");
            assertThat(served.charge("k", "ten").message()).isEqualTo("done");
        }
    }

    @Test
    void ok_without_a_message_is_no_answer() {
        try (Served served = Served.of((message, call) -> call.close(Status.OK, new Metadata()), interceptor)) {
            assertThat(served.charge("k", "ten").status().getCode()).isEqualTo(Status.Code.INTERNAL);
            assertUnknown(served.charge("k", "ten"));
        }
    }

    @Test
    void ok_with_two_messages_is_no_answer() {
        try (Served served = Served.of(
                (message, call) -> {
                    call.sendHeaders(new Metadata());
                    call.sendMessage("one");
                    call.sendMessage("two");
                    call.close(Status.OK, new Metadata());
                },
                interceptor)) {
            Reply reply = served.charge("k", "ten");

            assertThat(reply.status().getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThat(reply.messages()).isEmpty();
            assertUnknown(served.charge("k", "ten"));
        }
    }

    /** An inner interceptor refuses, and its handler is not called. */
    @Test
    void a_call_that_is_refused_inside_leaves_the_key_free_S14() {
        ServerInterceptor refusing = new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                if (executions.get() > 0) {
                    return next.startCall(call, headers);
                }
                executions.incrementAndGet();
                call.close(Status.PERMISSION_DENIED, new Metadata());
                return new ServerCall.Listener<>() {
                    @Override
                    public void onHalfClose() {
                        throw new AssertionError("A closed call goes on");
                    }
                };
            }
        };
        try (Served served = Served.of((message, call) -> answer(call, "done"), interceptor, refusing)) {
            assertThat(served.charge("k", "ten").status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(served.charge("k", "ten").message()).isEqualTo("done");
        }
    }

    @Test
    void while_the_store_is_down_nothing_is_executed_S22() {
        store.inject(Fault.FAIL, Call.ACQUIRE);
        try (Served served = Served.of(first(Status.OK, new Metadata()), interceptor)) {
            Reply reply = served.charge("k", "ten");

            assertThat(reply.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(reply.trailer("idempotency-problem")).endsWith("/store-unavailable");
            assertThat(reply.trailer("grpc-retry-pushback-ms")).isEqualTo("1000");
            assertThat(executions).hasValue(0);
        }
    }
}
