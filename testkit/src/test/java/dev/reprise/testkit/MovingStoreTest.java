package dev.reprise.testkit;

import static dev.reprise.testkit.StoreFixture.RESPONSE;
import static dev.reprise.testkit.StoreFixture.acquired;
import static dev.reprise.testkit.StoreFixture.existing;
import static dev.reprise.testkit.StoreFixture.fingerprint;
import static dev.reprise.testkit.StoreFixture.newId;
import static dev.reprise.testkit.StoreFixture.newOwner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.FencedEnd;
import dev.reprise.spi.support.MovingStore;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovingStoreTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration RETENTION = Duration.ofHours(1);

    private final SettableClock clock = new SettableClock();
    private final MemoryStore source = new MemoryStore(clock);
    private final MemoryStore target = new MemoryStore(clock);
    private final FaultyStore faulty = new FaultyStore(target);
    private final MovingStore moving = MovingStore.replacing(source, faulty, clock);

    private static Claim claim(OperationId id) {
        return new Claim(id, fingerprint(1), newOwner(), LEASE);
    }

    private OperationId completed() {
        OperationId id = newId();
        source.complete(acquired(source.acquire(claim(id))), RESPONSE, RETENTION);
        return id;
    }

    @Test
    void what_was_completed_is_replayed_for_the_rest_of_its_retention_S7_S23() {
        OperationId id = completed();
        clock.advance(RETENTION.dividedBy(2));

        OperationRecord record = existing(moving.acquire(claim(id))).record();

        assertThat(record.state())
                .isInstanceOfSatisfying(
                        Completed.class, done -> assertThat(done.response()).isEqualTo(RESPONSE));
        assertThat(record.fingerprint()).isEqualTo(fingerprint(1));
        assertThat(target.find(id)).contains(record);
        clock.advance(RETENTION.dividedBy(2).plusMillis(1));
        acquired(moving.acquire(claim(id)));
    }

    @Test
    void an_answer_is_erased_in_both_stores_and_in_none_under_another_token_S36() {
        OperationId id = completed();
        FencingToken moved = moving.find(id).orElseThrow().token();

        assertThat(moving.eraseAnswer(id, new FencingToken(moved.value() + 1))).isFalse();
        assertThat(answer(source, id)).isEqualTo(RESPONSE);
        assertThat(moving.eraseAnswer(id, moved)).isTrue();

        assertThat(answer(source, id).body()).isEqualTo(Body.OMITTED);
        assertThat(answer(target, id).body()).isEqualTo(Body.OMITTED);
    }

    private static Response answer(OperationStore store, OperationId id) {
        return ((Completed) store.find(id).orElseThrow().state()).response();
    }

    @Test
    void what_was_running_or_unknown_is_unknown_S15() {
        OperationId running = newId();
        acquired(source.acquire(claim(running)));
        OperationId unknown = newId();
        source.park(acquired(source.acquire(claim(unknown))), "nobody knows");

        assertThat(existing(moving.acquire(claim(running))).record().state())
                .isInstanceOfSatisfying(
                        Unknown.class, state -> assertThat(state.reason()).contains("another store"));
        assertThat(moving.find(unknown).orElseThrow().state())
                .isInstanceOfSatisfying(
                        Unknown.class, state -> assertThat(state.reason()).isEqualTo("nobody knows"));
    }

    @Test
    void what_is_in_the_target_already_stays_as_it_is() {
        OperationId id = completed();
        Lease held = acquired(target.acquire(claim(id)));

        assertThat(existing(moving.acquire(claim(id))).record().token()).isEqualTo(held.token());

        assertThat(moving.complete(held, RESPONSE.withBody(Body.EMPTY), RETENTION))
                .isEqualTo(LeaseStatus.HELD);
        assertThat(((Completed) moving.find(id).orElseThrow().state())
                        .response()
                        .body())
                .isEqualTo(Body.EMPTY);
    }

    /** The oracle is that nobody gets a claim to an operation that was executed. */
    @Test
    void nobody_executes_again_what_somebody_left_while_it_moved_S16() {
        for (Fault fault : List.of(Fault.FAIL, Fault.LOSE_ACKNOWLEDGEMENT)) {
            OperationId id = completed();
            faulty.inject(fault, Call.COMPLETE, 1);
            assertThatThrownBy(() -> moving.acquire(claim(id))).isInstanceOf(StoreException.class);

            OperationRecord left = target.find(id).orElseThrow();
            if (left.state() instanceof Running) {
                assertThat(moving.parkAbandoned(id, left.token(), "too early")).isFalse();
                existing(moving.acquire(claim(id).takingOverFrom(left.token())));
                clock.advance(LEASE.plusMillis(1));
                assertThat(moving.parkAbandoned(id, left.token(), "it was moving"))
                        .isFalse();
            }

            assertThat(existing(moving.acquire(claim(id).takingOverFrom(left.token())))
                            .record()
                            .state())
                    .isInstanceOf(Completed.class);
        }
    }

    /** A reconciler or an operator found out that nothing had happened (S33), in the target: the source must not know better. */
    @Test
    void a_key_that_somebody_made_new_stays_new() {
        for (boolean wasParked : new boolean[] {true, false}) {
            OperationId id = newId();
            Lease old = acquired(source.acquire(claim(id)));
            if (wasParked) {
                source.park(old, "nobody knows");
            }
            OperationRecord brought = moving.find(id).orElseThrow();

            assertThat(FencedEnd.release(moving, id, brought.token())).isInstanceOf(Intervened.Done.class);

            assertThat(moving.find(id)).isEmpty();
            assertThat(acquired(moving.acquire(claim(id))).attempt()).isEqualTo(1);
        }
    }

    @Test
    void a_key_that_somebody_made_new_stays_new_also_if_who_brought_it_died_before_it_left_the_source() {
        OperationId id = newId();
        source.park(acquired(source.acquire(claim(id))), "nobody knows");
        FaultyStore unwilling = new FaultyStore(source);
        unwilling.inject(Fault.FAIL, Call.RELEASE);
        MovingStore dying = MovingStore.replacing(unwilling, target, clock);
        assertThatThrownBy(() -> dying.find(id)).isInstanceOf(StoreException.class);

        OperationRecord brought = moving.find(id).orElseThrow();
        FencedEnd.release(moving, id, brought.token());

        assertThat(moving.find(id)).isEmpty();
    }

    @Test
    void a_copy_leaves_the_source_as_it_was() throws Exception {
        OperationId unknown = newId();
        source.park(acquired(source.acquire(claim(unknown))), "nobody knows");
        OperationId completed = completed();
        OperationRecord before = source.find(unknown).orElseThrow();

        assertThat(MovingStore.copying(source, target, clock).bringAll(seen -> {}))
                .isEqualTo(2);

        assertThat(source.find(unknown)).contains(before);
        assertThat(source.find(completed)).isPresent();
        assertThat(target.find(unknown).orElseThrow().state()).isInstanceOf(Unknown.class);
    }

    @Test
    void fifty_claims_at_once_to_what_was_completed_get_no_owner_S16() throws Exception {
        for (int round = 0; round < 20; round++) {
            OperationId id = completed();

            List<Acquisition> answers = Parallel.run(50, () -> moving.acquire(claim(id)));

            assertThat(answers).hasOnlyElementsOfType(Acquisition.Existing.class);
        }
    }

    @Test
    void all_are_brought_in_one_go_and_the_source_is_asked_no_more() throws Exception {
        List<OperationId> ids = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            ids.add(completed());
        }
        moving.find(ids.getFirst());
        List<Long> progress = new ArrayList<>();

        assertThat(moving.bringAll(progress::add)).isEqualTo(249);

        assertThat(progress).containsExactly(100L, 200L, 250L);
        assertThat(moving.isMoved()).isTrue();
        source.close();
        assertThat(ids)
                .allSatisfy(
                        id -> assertThat(moving.find(id).orElseThrow().state()).isInstanceOf(Completed.class));
    }

    @Test
    void a_record_that_somebody_left_while_it_moved_is_waited_for() throws Exception {
        OperationId id = completed();
        faulty.inject(Fault.FAIL, Call.COMPLETE, 1);
        assertThatThrownBy(() -> moving.find(id)).isInstanceOf(StoreException.class);

        // Its lease ends while the others are looked at.
        assertThat(moving.bringAll(seen -> clock.advance(LEASE.plusMillis(1)))).isEqualTo(1);

        assertThat(target.find(id).orElseThrow().state()).isInstanceOf(Completed.class);
    }

    /**
     * Servers whose clocks differ: the one that is asked to bring a record again believes that somebody is still at it, and the next one
     * would let it be taken over (S16).
     */
    @Test
    void a_record_on_its_way_is_never_taken_over_by_a_claim_to_execute() {
        OperationId id = completed();
        faulty.inject(Fault.FAIL, Call.COMPLETE, 1);
        assertThatThrownBy(() -> moving.find(id)).isInstanceOf(StoreException.class);
        clock.advance(LEASE.plusMillis(1));
        OperationRecord left = target.find(id).orElseThrow();
        OperationStore twoClocks = (OperationStore) Proxy.newProxyInstance(
                MovingStoreTest.class.getClassLoader(),
                new Class<?>[] {OperationStore.class},
                (proxy, method, arguments) -> method.getName().equals("acquire")
                                && ((Claim) arguments[0]).owner().node().startsWith("reprise-mover-")
                        ? new Acquisition.Existing(left, clock.instant().minus(LEASE))
                        : method.invoke(target, arguments));
        MovingStore skewed = MovingStore.replacing(source, twoClocks, clock);

        existing(skewed.acquire(claim(id).takingOverFrom(left.token())));
        assertThat(skewed.parkAbandoned(id, left.token(), "it was moving")).isFalse();

        assertThat(existing(moving.acquire(claim(id))).record().state()).isInstanceOf(Completed.class);
    }
}
