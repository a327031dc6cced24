package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Reconciler.OnDemand;
import dev.reprise.internal.Background;
import dev.reprise.internal.Events;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.support.FencedEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A reconciler is asked for whoever wants to know now, in the turns in which it is asked anyway (S33). */
class ReconciliationsTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/"), new IdempotencyKey("k"));
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[] {1});
    private static final Response RESPONSE = new Response(201, Headers.EMPTY, Body.EMPTY);
    private static final Finding HAPPENED = new Finding.Happened(RESPONSE);
    private static final Finding NOT_KNOWN = new Finding.NotKnown("busy");

    private final ManualRuntime runtime = new ManualRuntime();
    private final MemoryStore store = new MemoryStore(() -> Instant.EPOCH.plusNanos(runtime.nanoTime()));
    private final List<IdempotencyEvent> told = new ArrayList<>();
    private final Reconciliations reconciliations = new Reconciliations(
            new GuardedStore(store),
            new Events(told::add, runtime::nanoTime),
            runtime,
            new Background(runtime),
            () -> new Owner("n", 2),
            null);
    /** For how long the operation had been unknown, for each time that somebody was asked. */
    private final List<Duration> asked = new ArrayList<>();

    private Function<OperationRecord, Finding> answer = record -> HAPPENED;
    private final OperationPolicy policy = OperationPolicy.DEFAULT.withReconciler((record, unknownFor) -> {
        asked.add(unknownFor);
        return answer.apply(record);
    });
    private final OnDemand onDemand = reconciliations.onDemand(id -> Optional.of(policy));

    private final FencingToken token = unknown();

    private FencingToken unknown() {
        return unknown(ID);
    }

    private FencingToken unknown(OperationId id) {
        Lease lease = ((Acquired) store.acquire(new Claim(id, FINGERPRINT, new Owner("n", 1), Duration.ofSeconds(30))))
                .lease();
        assertThat(store.park(lease, "lost")).isEqualTo(LeaseStatus.HELD);
        return lease.token();
    }

    private OperationState state() {
        return store.find(ID).orElseThrow().state();
    }

    private Attempt ask() {
        return onDemand.reconcile(ID, token);
    }

    /** As it is asked when it becomes unknown; where the test calls that, with a pause after each question. */
    private void askedAnyway() {
        start(token);
        runtime.run();
    }

    private void start(FencingToken unknown) {
        RequestFingerprint.Source source = new RequestFingerprint.Source() {
            @Override
            public RequestFingerprint current() {
                return FINGERPRINT;
            }

            @Override
            public Optional<RequestFingerprint> of(int version) {
                return Optional.empty();
            }
        };
        reconciliations.start(new Operation(ID, source, policy), unknown);
    }

    /** Runs once, that long after the beginning of the pause with this number. */
    private void inPause(int number, Duration after, Runnable action) {
        runtime.beforePause = () -> {
            if (runtime.pauses.size() == number) {
                runtime.beforePause = () -> {};
                try {
                    runtime.sleep(after);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                action.run();
            }
        };
    }

    @Test
    void what_happened_is_told_and_recorded() {
        assertThat(onDemand.covers(ID)).isTrue();

        assertThat(ask()).isEqualTo(new Attempt.Found(HAPPENED));

        assertThat(state())
                .isInstanceOfSatisfying(
                        Completed.class,
                        completed -> assertThat(completed.response()).isEqualTo(RESPONSE));
        assertThat(told).hasSize(1).first().isInstanceOf(IdempotencyEvent.Reconciled.class);
        assertThat(runtime.waiting()).as("asked again").isZero();
        assertThat(ask()).isEqualTo(new Attempt.Changed());
        assertThat(asked).hasSize(1);
    }

    @Test
    void what_did_not_happen_leaves_the_key_free() {
        answer = record -> new Finding.DidNotHappen();

        assertThat(ask()).isEqualTo(new Attempt.Found(new Finding.DidNotHappen()));

        assertThat(store.find(ID)).isEmpty();
    }

    @Test
    void what_is_not_known_is_asked_again_later_as_after_a_retry() {
        answer = record -> asked.size() == 1 ? NOT_KNOWN : HAPPENED;

        assertThat(ask()).isEqualTo(new Attempt.Found(NOT_KNOWN));
        assertThat(state()).isInstanceOf(Unknown.class);
        runtime.run();

        assertThat(state()).isInstanceOf(Completed.class);
        assertThat(asked).containsExactly(Duration.ZERO, Duration.ofSeconds(10));
        assertThat(runtime.pauses).containsExactly(Duration.ofSeconds(10));
    }

    @Test
    void is_asked_some_ten_times_in_all() {
        answer = record -> NOT_KNOWN;

        ask();
        runtime.run();

        assertThat(asked).hasSize(10);
        assertThat(ask()).as("and again, if somebody wants").isEqualTo(new Attempt.Found(NOT_KNOWN));
    }

    @Test
    void of_thousands_that_somebody_has_asked_about_in_vain_a_thousand_are_asked_about_again_by_themselves() {
        answer = record -> NOT_KNOWN;

        for (int i = 0; i < 1_010; i++) {
            OperationId id = new OperationId(ID.scope(), new IdempotencyKey("k" + i));
            assertThat(onDemand.reconcile(id, unknown(id))).isEqualTo(new Attempt.Found(NOT_KNOWN));
        }

        assertThat(runtime.waiting()).isEqualTo(1_000);
    }

    @Test
    void without_a_reconciler_nobody_is_asked() {
        OnDemand nobody = reconciliations.onDemand(id -> Optional.of(OperationPolicy.DEFAULT));
        OnDemand strange = reconciliations.onDemand(id -> Optional.empty());

        for (OnDemand none : List.of(nobody, strange, OnDemand.none())) {
            assertThat(none.covers(ID)).isFalse();
            assertThat(none.reconcile(ID, token)).isEqualTo(new Attempt.NobodyToAsk());
        }
        assertThat(state()).isInstanceOf(Unknown.class);
    }

    @Test
    void in_the_turn_of_somebody_else_nobody_is_asked() {
        assertThat(store.startReconciling(ID, token, Duration.ofMinutes(1))).isTrue();

        assertThat(ask()).isEqualTo(new Attempt.OthersTurn(Instant.EPOCH.plusSeconds(60)));

        assertThat(asked).isEmpty();
    }

    @Test
    void between_questions_that_are_asked_anyway_it_is_this_engines_turn() {
        answer = record -> asked.size() < 3 ? NOT_KNOWN : HAPPENED;
        List<Attempt> came = new ArrayList<>();
        inPause(2, Duration.ofSeconds(5), () -> came.add(ask()));

        askedAnyway();

        assertThat(came).containsExactly(new Attempt.Found(HAPPENED));
        assertThat(asked)
                .as("for how long it had been unknown")
                .containsExactly(Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(15));
    }

    @Test
    void what_is_unknown_anew_is_looked_into_although_the_earlier_outcome_was_found_in_between_S33() {
        Finding didNotHappen = new Finding.DidNotHappen();
        answer = record -> List.of(NOT_KNOWN, NOT_KNOWN, didNotHappen, HAPPENED).get(asked.size() - 1);
        inPause(2, Duration.ofSeconds(5), () -> {
            assertThat(ask()).isEqualTo(new Attempt.Found(didNotHappen));
            start(unknown());
        });

        askedAnyway();

        assertThat(asked).hasSize(4);
        assertThat(state()).isInstanceOf(Completed.class);
    }

    @Test
    void what_is_unknown_anew_is_looked_into_although_the_earlier_outcome_was_found_elsewhere_S33() {
        answer = record -> asked.size() < 3 ? NOT_KNOWN : HAPPENED;
        inPause(2, Duration.ofSeconds(5), () -> {
            assertThat(store.release(new Lease(ID, token, 1, Duration.ofSeconds(30))))
                    .isEqualTo(LeaseStatus.HELD);
            start(unknown());
        });

        askedAnyway();

        assertThat(asked).hasSize(3);
        assertThat(state()).isInstanceOf(Completed.class);
    }

    @Test
    void a_question_about_an_earlier_outcome_leaves_alone_what_is_under_way_about_the_present_one_S33() {
        assertThat(store.release(new Lease(ID, token, 1, Duration.ofSeconds(30))))
                .isEqualTo(LeaseStatus.HELD);
        FencingToken present = unknown();
        start(present);

        assertThat(ask()).isEqualTo(new Attempt.Changed());

        start(present);
        assertThat(runtime.waiting()).isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    /** An operator has let the key go while the service was thinking. */
    @Test
    void what_was_freed_meanwhile_stays_free_S33() {
        answer = record -> {
            assertThat(FencedEnd.release(store, ID, token)).isInstanceOf(Intervened.Done.class);
            return HAPPENED;
        };

        assertThat(ask()).isEqualTo(new Attempt.NotWritten(HAPPENED));

        assertThat(store.find(ID)).isEmpty();
    }

    @Test
    void shortly_before_the_next_question_or_while_one_is_open_no_second_one_is_asked() {
        List<Attempt> came = new ArrayList<>();
        answer = record -> {
            if (asked.size() == 2) {
                came.add(ask());
                return HAPPENED;
            }
            return NOT_KNOWN;
        };
        inPause(1, Duration.ofSeconds(1), () -> came.add(ask()));

        askedAnyway();

        assertThat(came)
                .containsExactly(
                        new Attempt.OthersTurn(Instant.EPOCH.plusSeconds(10)),
                        new Attempt.OthersTurn(Instant.EPOCH.plusSeconds(31)));
        assertThat(asked).hasSize(2);
    }

    @Test
    void what_somebody_else_has_begun_meanwhile_is_left_alone() {
        answer = record -> {
            Lease old = new Lease(ID, token, 1, Duration.ofSeconds(30));
            assertThat(store.release(old)).isEqualTo(LeaseStatus.HELD);
            unknown();
            return new Finding.DidNotHappen();
        };

        assertThat(ask()).isEqualTo(new Attempt.NotWritten(new Finding.DidNotHappen()));

        assertThat(store.find(ID).orElseThrow().token()).isGreaterThan(token);
        assertThat(ask()).as("under the old token").isEqualTo(new Attempt.Changed());
    }

    @Test
    void an_operation_that_is_not_there_has_changed() {
        store.release(new Lease(ID, token, 1, Duration.ofSeconds(30)));

        assertThat(ask()).isEqualTo(new Attempt.Changed());
        assertThat(asked).isEmpty();
    }
}
