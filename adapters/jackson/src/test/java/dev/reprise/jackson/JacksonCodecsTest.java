package dev.reprise.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Unknown;
import dev.reprise.OperationType;
import dev.reprise.Scope;
import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.resumable.Steps;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Inputs and results as JSON (P1, P4). */
class JacksonCodecsTest {
    private final Codecs codecs = new JacksonCodecs(JsonMapper.shared());

    record Ride(String to, BigDecimal fare, Instant at, List<String> stops) {}

    private static final Ride RIDE =
            new Ride("the airport", new BigDecimal("12.50"), Instant.parse("2026-01-02T03:04:05Z"), List.of("a", "b"));

    @Test
    void a_record_comes_back_as_it_was() {
        Codec<Ride> codec = codecs.of(Ride.class);

        assertThat(codec.decode(codec.encode(RIDE))).isEqualTo(RIDE);
        assertThat(new String(codec.encode(RIDE), StandardCharsets.UTF_8)).contains("\"fare\":12.50");
    }

    @Test
    void what_a_newer_release_has_added_is_left_out_P4() {
        byte[] newer = "{\"to\":\"x\",\"fare\":1,\"at\":\"2026-01-02T03:04:05Z\",\"stops\":[],\"tip\":2}"
                .getBytes(StandardCharsets.UTF_8);

        assertThat(codecs.of(Ride.class).decode(newer).to()).isEqualTo("x");
    }

    @Test
    void an_operation_takes_and_records_records_and_its_finished_steps_are_read_after_a_failure_P4() {
        AtomicInteger runs = new AtomicInteger();
        MemoryDatabase database = new MemoryDatabase(InstantSource.system());
        Resumable<Ride, Ride, MemoryTransaction> type = Resumable.<Ride, Ride, MemoryTransaction>returning(
                        new OperationType("book-ride", 1),
                        codecs.of(Ride.class),
                        codecs.of(Ride.class),
                        (ride, steps) -> {
                            Ride made = steps.local(
                                    "create ride",
                                    Ride.class,
                                    transaction -> new Ride(
                                            ride.to(), ride.fare().add(BigDecimal.ONE), ride.at(), ride.stops()));
                            return steps.remote("charge card", Ride.class, key -> {
                                if (runs.incrementAndGet() == 1) {
                                    throw new IOException("The payment service is down");
                                }
                                return made;
                            });
                        })
                .with(ResumablePolicy.DEFAULT.withAttempts(3, Duration.ofMillis(1), Duration.ofMillis(1)));
        try (ResumableEngine<MemoryTransaction> engine = engine(database, type)) {
            Answer failed = engine.run(id(), type, RIDE, Duration.ZERO);
            Answer retried = engine.run(id(), type, RIDE, Duration.ofSeconds(20));

            assertThat(type.result(failed)).isEmpty();
            assertThat(type.result(retried).orElseThrow().fare()).isEqualByComparingTo("13.50");
        }
    }

    @Test
    void a_result_that_is_no_such_record_any_more_parks_the_operation_P4() {
        MemoryDatabase database = new MemoryDatabase(InstantSource.system());
        OperationType name = new OperationType("book-ride", 1);
        Codec<String> text = Codecs.builtIn().of(String.class);
        Resumable<String, String, MemoryTransaction> former = Resumable.returning(
                name, text, text, (to, steps) -> waiting(steps, steps.local("create ride", String.class, tx -> to)));
        Resumable<String, String, MemoryTransaction> changed = Resumable.returning(
                name,
                text,
                text,
                (to, steps) -> waiting(
                        steps,
                        steps.local("create ride", Ride.class, tx -> RIDE).to()));
        try (ResumableEngine<MemoryTransaction> engine = engine(database, former)) {
            Answer waits = engine.run(id(), former, "the airport", Duration.ZERO);
            assertThat(waits).isInstanceOf(Answer.Reject.class);
        }
        try (ResumableEngine<MemoryTransaction> engine = engine(database, changed)) {
            var unused = engine.answer(id(), "approval", String.class, "yes");
            Answer parked = engine.run(id(), changed, "the airport", Duration.ofSeconds(20));

            assertThat(parked).isInstanceOf(Answer.Reject.class);
            assertThat(database.find(id()).orElseThrow().record().state())
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason())
                                    .contains("create ride", "cannot be decoded")
                                    .as("what Jackson quotes may be encrypted in the record, S35")
                                    .doesNotContain("Unrecognized token", "'the'"));
        }
    }

    /** The same for inputs: reasons are stored and logged in plain. */
    @Test
    void an_input_that_cannot_be_decoded_any_more_is_not_quoted_S35() {
        MemoryDatabase database = new MemoryDatabase(InstantSource.system());
        OperationType name = new OperationType("book-ride", 1);
        Codec<String> text = Codecs.builtIn().of(String.class);
        Resumable<String, String, MemoryTransaction> former =
                Resumable.returning(name, text, text, (to, steps) -> waiting(steps, to));
        Resumable<String, String, MemoryTransaction> changed = Resumable.returning(
                        name, new Strict(text), text, (String to, Steps<MemoryTransaction> steps) -> to)
                .with(ResumablePolicy.DEFAULT.withAttempts(1, Duration.ofMillis(1), Duration.ofMillis(1)));
        try (ResumableEngine<MemoryTransaction> engine = engine(database, former)) {
            assertThat(engine.run(id(), former, "the airport", Duration.ZERO)).isInstanceOf(Answer.Reject.class);
        }
        try (ResumableEngine<MemoryTransaction> engine = engine(database, changed)) {
            var unused = engine.answer(id(), "approval", String.class, "yes");
            assertThat(engine.run(id(), changed, "the airport", Duration.ofSeconds(20)))
                    .isInstanceOf(Answer.Reject.class);

            assertThat(database.find(id()).orElseThrow().record().state())
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason())
                                    .contains("The input cannot be decoded: java.lang.IllegalArgumentException")
                                    .doesNotContain("airport"));
        }
    }

    /** Writes what it cannot read. */
    private record Strict(Codec<String> text) implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            return text.encode(value);
        }

        @Override
        public String decode(byte[] bytes) {
            throw new IllegalArgumentException("Cannot read " + text.decode(bytes));
        }
    }

    private static String waiting(Steps<MemoryTransaction> steps, String made) {
        return made + steps.await("approval", String.class);
    }

    private static OperationId id() {
        return new OperationId(new Scope("alice", "/rides"), new IdempotencyKey("ride-1"));
    }

    private ResumableEngine<MemoryTransaction> engine(
            MemoryDatabase database, Resumable<?, ?, MemoryTransaction> type) {
        return ResumableEngine.over(database, database)
                .register(type)
                .codecs(codecs)
                .completer(Duration.ofMillis(10), 1)
                .build();
    }
}
