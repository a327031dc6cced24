package dev.reprise.grpc;

import static dev.reprise.grpc.Served.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.grpc.Served.Reply;
import dev.reprise.memory.MemoryStore;
import dev.reprise.testkit.Parallel;
import io.grpc.Metadata;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers get who come again. */
class ReplayTest {
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final Metadata.Key<String> LOCATION = MetadataFields.text("location");
    private static final Metadata.Key<String> REQUEST_ID = MetadataFields.text("x-request-id");
    private static final byte[] BINARY = {0, -1, 10, 13, 'x'};
    private static final ProtectedMethod CHARGE =
            ProtectedMethod.of(Texts.CHARGE).withKeyRequired(true);

    private final MemoryStore store = new MemoryStore();
    private final IdempotencyEngine engine = IdempotencyEngine.over(store).build();
    private final AtomicInteger executions = new AtomicInteger();

    @AfterEach
    void close() {
        engine.close();
        store.close();
    }

    private IdempotencyInterceptor protecting(ProtectedMethod... methods) {
        return IdempotencyInterceptor.over(
                engine, (call, headers) -> String.valueOf(headers.get(Served.CALLER)), List.of(methods));
    }

    private Served counting(ProtectedMethod... methods) {
        return Served.of(
                (message, call) -> answer(call, message + " " + executions.incrementAndGet()), protecting(methods));
    }

    @Test
    void fifty_duplicates_at_once_execute_once_S16() throws Exception {
        ProtectedMethod waiting = CHARGE.withPolicy(OperationPolicy.DEFAULT.withMaxWait(Duration.ofSeconds(50)));
        try (Served served = counting(waiting)) {
            List<Reply> replies = Parallel.run(50, () -> served.charge("k", "ten"));

            assertThat(executions).hasValue(1);
            assertThat(replies).extracting(Reply::message).containsOnly("ten 1");
            assertThat(replies).filteredOn(reply -> !reply.replayed()).hasSize(1);
        }
    }

    @Test
    void fifty_duplicates_at_once_that_may_not_wait_get_the_answer_or_come_again_S8_S16() throws Exception {
        try (Served served = counting(CHARGE)) {
            List<Reply> replies = Parallel.run(50, () -> served.charge("k", "ten"));

            assertThat(executions).hasValue(1);
            assertThat(replies).allSatisfy(reply -> {
                if (reply.status().isOk()) {
                    assertThat(reply.message()).isEqualTo("ten 1");
                } else {
                    assertThat(reply.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                    assertThat(reply.trailer("idempotency-problem")).endsWith("/in-progress");
                    assertThat(reply.trailer("grpc-retry-pushback-ms")).isEqualTo("1000");
                }
            });
        }
    }

    @Test
    void a_replay_has_the_message_and_the_metadata_on_both_sides_of_it_S7_S17_S18_S23() {
        String message = "paid, ünïcode\0\r\n".repeat(1000);
        try (Served served = Served.of(
                (ignored, call) -> {
                    Metadata headers = new Metadata();
                    headers.put(LOCATION, "/charges/1");
                    headers.put(LOCATION, "/charges/2");
                    headers.put(REQUEST_ID, "1");
                    call.sendHeaders(headers);
                    call.sendMessage(message);
                    Metadata trailers = new Metadata();
                    trailers.put(DETAILS, BINARY);
                    trailers.put(LOCATION, "behind");
                    trailers.put(REQUEST_ID, "1");
                    call.close(Status.OK.withDescription("fine, 100 % ünïcode"), trailers);
                },
                protecting(CHARGE))) {
            Reply first = served.charge("k", "ten");
            Reply again = served.charge("k", "ten");

            assertThat(first.replayed()).isFalse();
            assertThat(first.headers().get(REQUEST_ID)).isEqualTo("1");
            assertThat(first.headers().get(MetadataFields.text("idempotency-retention")))
                    .isEqualTo("86400");
            assertThat(again.replayed()).isTrue();
            assertThat(again.headers().get(MetadataFields.text("idempotency-retention")))
                    .isNotNull();
            for (Reply reply : List.of(first, again)) {
                assertThat(reply.messages()).containsExactly(message);
                assertThat(reply.headers().getAll(LOCATION)).containsExactly("/charges/1", "/charges/2");
                assertThat(reply.trailers().get(DETAILS)).isEqualTo(BINARY);
                assertThat(reply.trailers().getAll(LOCATION)).containsExactly("behind");
                assertThat(reply.status().getDescription())
                        .isEqualTo(first.status().getDescription());
            }
            assertThat(again.headers().containsKey(REQUEST_ID)).isFalse();
            assertThat(again.trailers().containsKey(REQUEST_ID)).isFalse();
        }
    }

    @Test
    void a_final_error_is_replayed_with_its_description_and_details_S7_S14() {
        try (Served served = Served.of(
                (ignored, call) -> {
                    executions.incrementAndGet();
                    Metadata trailers = new Metadata();
                    trailers.put(DETAILS, BINARY);
                    call.close(Status.FAILED_PRECONDITION.withDescription("no money, 100 % ünïcode"), trailers);
                },
                protecting(CHARGE))) {
            Reply first = served.charge("k", "ten");
            Reply again = served.charge("k", "ten");

            assertThat(executions).hasValue(1);
            assertThat(first.replayed()).isFalse();
            assertThat(again.replayed()).isTrue();
            for (Reply reply : List.of(first, again)) {
                assertThat(reply.status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                assertThat(reply.status().getDescription()).isEqualTo("no money, 100 % ünïcode");
                assertThat(reply.trailers().get(DETAILS)).isEqualTo(BINARY);
                assertThat(reply.messages()).isEmpty();
            }
        }
    }

    @Test
    void another_message_under_the_same_key_is_refused_and_the_first_still_replays_S9_S10() {
        try (Served served = counting(CHARGE)) {
            served.charge("k", "ten");
            Reply other = served.charge("k", "eleven");

            assertThat(other.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(other.trailer("idempotency-problem")).endsWith("/payload-mismatch");
            assertThat(other.trailer("grpc-retry-pushback-ms")).isEqualTo("-1");
            assertThat(served.charge("k", "ten").replayed()).isTrue();
            assertThat(executions).hasValue(1);
        }
    }

    @Test
    void a_key_belongs_to_its_caller_and_its_method_S12() {
        try (Served served = counting(CHARGE, ProtectedMethod.of(Texts.REFUND))) {
            Metadata ann = Served.headers("k");
            ann.put(Served.CALLER, "ann");
            Metadata bob = Served.headers("k");
            bob.put(Served.CALLER, "bob");

            assertThat(served.charge(ann, "ten").message()).isEqualTo("ten 1");
            assertThat(served.charge(bob, "ten").message()).isEqualTo("ten 2");
            assertThat(served.call(Texts.REFUND, ann, "ten").join().message()).isEqualTo("ten 3");
            assertThat(served.charge(ann, "ten").replayed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a,b", "\"open", "\"a\" b", "\"a\\b\"", "\"\""})
    void a_malformed_key_is_refused_S2(String key) {
        assertRefused(Served.headers(key), "/invalid-key");
    }

    @Test
    void a_missing_key_is_refused_where_one_is_required_S4() {
        assertRefused(new Metadata(), "/missing-key");
    }

    @Test
    void two_keys_are_refused_S2() {
        Metadata two = Served.headers("a");
        two.put(Served.KEY, "b");

        assertRefused(two, "/invalid-key");
    }

    private void assertRefused(Metadata headers, String problem) {
        try (Served served = counting(CHARGE)) {
            Reply reply = served.charge(headers, "ten");

            assertThat(reply.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(reply.trailer("idempotency-problem")).endsWith(problem);
            assertThat(reply.trailer("grpc-retry-pushback-ms")).isEqualTo("-1");
            assertThat(executions).hasValue(0);
        }
    }

    @Test
    void a_quoted_key_names_the_same_operation_S1() {
        try (Served served = counting(CHARGE)) {
            served.charge("a", "ten");

            assertThat(served.charge("\"a\"", "ten").replayed()).isTrue();
            assertThat(served.charge("\"a \\\"b\\\"\"", "ten").replayed()).isFalse();
        }
    }

    @Test
    void keys_may_be_in_another_entry() {
        Metadata.Key<String> entry = MetadataFields.text("x-operation");
        try (Served served = Served.of(
                (message, call) -> answer(call, "" + executions.incrementAndGet()),
                protecting(CHARGE).withKeyEntry("X-Operation"))) {
            Metadata headers = new Metadata();
            headers.put(entry, "k");

            served.charge(headers, "ten");
            assertThat(served.charge(headers, "ten").replayed()).isTrue();
        }
    }

    @Test
    void what_is_not_protected_or_has_no_key_passes_through() {
        try (Served served = counting(ProtectedMethod.of(Texts.CHARGE))) {
            served.charge(new Metadata(), "ten");
            served.charge(new Metadata(), "ten");
            served.call(Texts.REFUND, Served.headers("k"), "ten").join();
            Reply last = served.call(Texts.REFUND, Served.headers("k"), "ten").join();

            assertThat(last.message()).isEqualTo("ten 4");
            assertThat(last.replayed()).isFalse();
        }
    }

    @Test
    void a_duplicate_is_refused_where_nothing_is_replayed_S25() {
        ProtectedMethod rejecting =
                CHARGE.withPolicy(OperationPolicy.DEFAULT.withDuplicates(OperationPolicy.Duplicates.REJECT));
        try (Served served = counting(rejecting)) {
            served.charge("k", "ten");
            Reply again = served.charge("k", "ten");

            assertThat(again.status().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
            assertThat(again.trailer("idempotency-problem")).endsWith("/already-handled");
            assertThat(again.trailer("grpc-retry-pushback-ms")).isEqualTo("-1");
        }
    }

    @Test
    void of_an_answer_that_is_too_long_the_record_keeps_all_but_the_message_S21() {
        try (Served served = counting(CHARGE.withMaxMessage(4))) {
            Reply first = served.charge("k", "ten");
            Reply again = served.charge("k", "ten");

            assertThat(first.message()).isEqualTo("ten 1");
            assertThat(again.status().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
            assertThat(again.replayed()).isTrue();
            assertThat(again.trailer("idempotent-body-omitted")).isEqualTo("true");
            assertThat(again.trailer("grpc-retry-pushback-ms")).isEqualTo("-1");
            assertThat(executions).hasValue(1);
        }
    }

    /** Then the interceptor sees the messages as the very bytes that were sent, in streams that can be read once. */
    @Test
    void messages_may_be_streams() {
        Served.Handler handler = (message, call) -> answer(call, message + " " + executions.incrementAndGet());
        try (Served served = Served.of(ServerInterceptors.intercept(
                ServerInterceptors.useInputStreamMessages(Served.service(handler)), protecting(CHARGE)))) {
            Reply first = served.charge("k", "ten");
            Reply again = served.charge("k", "ten");

            assertThat(first.message()).isEqualTo("ten 1");
            assertThat(again.message()).isEqualTo("ten 1");
            assertThat(again.replayed()).isTrue();
        }
    }

    @Test
    void a_stream_cannot_be_protected() {
        assertThatThrownBy(() -> ProtectedMethod.of(Texts.WATCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test.Payments/Watch is SERVER_STREAMING");
    }

    @Test
    void a_method_that_became_a_stream_is_refused() {
        ProtectedMethod watch = new ProtectedMethod(
                Texts.WATCH.getFullMethodName(), false, OperationPolicy.DEFAULT, 1, CHARGE.meanings());
        try (Served served = counting(watch)) {
            Reply reply = served.call(Texts.WATCH, new Metadata(), "ten").join();

            assertThat(reply.status().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(executions).hasValue(0);
        }
    }

    @Test
    void a_method_is_protected_once() {
        assertThatThrownBy(() -> protecting(CHARGE, CHARGE)).isInstanceOf(IllegalArgumentException.class);
    }
}
