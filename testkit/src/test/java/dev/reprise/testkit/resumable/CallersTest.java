package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyException;
import dev.reprise.Operation;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationState.Running;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumableExecution;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions;
import dev.reprise.spi.Transactions.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** What callers do to an operation and are told of it while it goes on without them. The simulation found what is tried here. */
class CallersTest extends Fixture {
    private static final Duration A_WHILE = Duration.ofMillis(300);

    @Test
    void a_caller_who_waits_does_not_cut_a_sleep_short_P9() {
        Resumable<String, String, MemoryTransaction> patient = type((to, steps) -> {
            steps.sleep("overnight", Duration.ofHours(8));
            return steps.remote("charge card", String.class, key -> peer.call(key, to));
        });

        Answer answer = node(patient).run(ID, patient, "to the airport", A_WHILE);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Reject.class, told -> assertThat(told.reason()).isEqualTo(Rejection.IN_PROGRESS));
        assertThat(peer.calls()).isEmpty();
        assertThat(state()).isInstanceOf(Running.class);
    }

    @Test
    void a_caller_whose_operation_goes_on_is_told_so_although_the_database_fails_afterwards_P10() {
        AtomicBoolean down = new AtomicBoolean();
        Transactions<MemoryTransaction> failing = () -> {
            if (down.get()) {
                throw new StoreException("The database is away", null);
            }
            return database.begin();
        };
        Resumable<String, String, MemoryTransaction> waiting = type((to, steps) -> {
            // Goes on in the transaction that is open already.
            down.set(true);
            return steps.await("approval", String.class);
        });
        try (ResumableEngine<MemoryTransaction> engine = ResumableEngine.over(failing, database)
                .register(waiting)
                .completer(Duration.ofHours(1), 0)
                .build()) {
            Answer answer = engine.run(ID, waiting, "to the airport", PATIENCE);

            assertThat(steps()).containsExactly("approval");
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            Answer.Reject.class,
                            told -> assertThat(told.reason()).isEqualTo(Rejection.IN_PROGRESS));
        }
    }

    @Test
    void a_caller_who_waits_for_what_was_started_is_told_that_it_goes_on_although_the_store_fails_P10_P11() {
        Resumable<String, String, MemoryTransaction> waiting =
                type((to, steps) -> steps.await("approval", String.class));
        RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[32]);
        Operation operation = new Operation(ID, sourceOf(fingerprint), OperationPolicy.DEFAULT.withMaxWait(PATIENCE));
        try (ResumableEngine<MemoryTransaction> engine = ResumableEngine.over(database, unreadable())
                .register(waiting)
                .completer(Duration.ofHours(1), 0)
                .build()) {
            ResumableExecution execution = engine.beginInBackground(operation);
            execution.run(waiting, "to the airport");

            assertThat(state()).isInstanceOf(Running.class);
            assertThat(execution.finish(new Outcome.NotExecuted(new Response(200, Headers.EMPTY, Body.EMPTY))))
                    .isInstanceOfSatisfying(
                            Answer.Reject.class,
                            answer -> assertThat(answer.reason()).isEqualTo(Rejection.IN_PROGRESS));
        }
    }

    /** As Spring says after an inner failure that somebody has hidden: its commit would roll back and return. */
    @Test
    void work_that_must_not_be_committed_fails_its_step_and_nothing_is_recorded_P2() {
        AtomicBoolean marked = new AtomicBoolean();
        Transactions<MemoryTransaction> markable = () -> marked(database.begin(), marked);
        Resumable<String, String, MemoryTransaction> careless = type((to, steps) -> {
            String charge = steps.remote("charge card", String.class, key -> peer.call(key, to));
            steps.local("confirm", String.class, transaction -> {
                marked.set(true);
                return "confirmed";
            });
            return charge;
        });
        try (ResumableEngine<MemoryTransaction> engine = ResumableEngine.over(markable, database)
                .register(careless)
                .completer(Duration.ofHours(1), 0)
                .build()) {
            Answer answer = engine.run(ID, careless, "to the airport", Duration.ZERO);

            assertThat(answer).isInstanceOf(Answer.Reject.class);
            assertThat(steps()).containsExactly("charge card");
            assertThat(engine.find(ID).orElseThrow().lastError()).contains("rollback-only");
        }
    }

    /** Marked once. */
    private static Transaction<MemoryTransaction> marked(
            Transaction<MemoryTransaction> transaction, AtomicBoolean now) {
        return new Transaction<>() {
            @Override
            public MemoryTransaction handle() {
                return transaction.handle();
            }

            @Override
            public boolean isRollbackOnly() {
                return now.getAndSet(false);
            }

            @Override
            public void commit() {
                transaction.commit();
            }

            @Override
            public void close() {
                transaction.close();
            }
        };
    }

    private static RequestFingerprint.Source sourceOf(RequestFingerprint fingerprint) {
        return new RequestFingerprint.Source() {
            @Override
            public RequestFingerprint current() {
                return fingerprint;
            }

            @Override
            public Optional<RequestFingerprint> of(int version) {
                return Optional.of(fingerprint);
            }
        };
    }

    /** The database, which takes operations, and whose records cannot be looked at. */
    private ResumableStore<MemoryTransaction> unreadable() {
        TransactionalStore<MemoryTransaction> records =
                failing(TransactionalStore.class, database.records(), "look", () -> {
                    throw new StoreException("The database is away", null);
                });
        return failing(ResumableStore.class, database, "records", () -> records);
    }

    @SuppressWarnings("unchecked")
    private static <T> T failing(Class<? super T> type, T target, String name, Supplier<Object> instead) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getName().equals(name)) {
                return instead.get();
            }
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    @Test
    void a_first_run_that_takes_too_long_fails_in_the_engine_s_own_words_P10() {
        Resumable<String, String, MemoryTransaction> slow = type((to, steps) ->
                        steps.local("count", String.class, tx -> {
                            while (events.isEmpty()) {
                                Thread.onSpinWait();
                            }
                            return effect(tx, to);
                        }))
                .with(POLICY.withMaxRunTime(Duration.ofMillis(1)));

        Assertions.assertThatThrownBy(() -> run(slow))
                .isInstanceOf(IdempotencyException.class)
                .hasMessageContaining("ran for more than PT0.001S");
        assertThat(database.find(ID)).isEmpty();
        assertThat(effects).isEmpty();
    }
}
