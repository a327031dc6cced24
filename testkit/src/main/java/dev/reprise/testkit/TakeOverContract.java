package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore.Backlog;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.Transactions.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Who may go on with an operation, and what is told of those with which nobody does (P7).
 *
 * @param <T> the handle of a transaction
 */
abstract class TakeOverContract<T> extends LastWriteContract<T> {
    /** For subclasses. */
    TakeOverContract() {}

    private Optional<Backlog> backlog() {
        return backlog(type);
    }

    private Optional<Backlog> backlog(OperationType of) {
        return store.backlog().stream().filter(one -> one.type().equals(of)).findFirst();
    }

    @Test
    void only_an_abandoned_operation_is_taken_over_S27() throws Exception {
        OperationId id = newId();
        Lease former = started(id, step("a", Kind.LOCAL, "1"));
        assertThat(takeOver(10)).isEmpty();
        leaseRunsOut();

        Lease lease = takenOver();

        assertThat(lease.id()).isEqualTo(id);
        assertThat(lease.token()).isGreaterThan(former.token());
        assertThat(lease.attempt()).isEqualTo(2);
        assertThat(takeOver(10)).isEmpty();
        assertThat(write(former, new Next.GoOn(), step("b", Kind.LOCAL, "late")))
                .isEqualTo(LeaseStatus.LOST);
        assertThat(write(former, new Next.Complete(StoreFixture.RESPONSE, RETENTION)))
                .isEqualTo(LeaseStatus.LOST);
        assertThat(write(former, new Next.Park("late"))).isEqualTo(LeaseStatus.LOST);
        assertThat(write(lease, new Next.GoOn(), step("b", Kind.LOCAL, "2"))).isEqualTo(LeaseStatus.HELD);
        assertThat(results(id)).containsExactly("a=1", "b=2");
    }

    @Test
    void one_operation_is_taken_over_in_the_callers_transaction_and_only_then() throws Exception {
        OperationId id = newId();
        started(id);
        assertThat(takeOverInTransaction(id, type, true)).isFalse();
        leaseRunsOut();

        assertThat(takeOverInTransaction(id, new OperationType(type.name(), 2), true))
                .isFalse();
        assertThat(takeOverInTransaction(id, type, false)).isTrue();
        assertThat(takeOverInTransaction(id, type, true)).isTrue();
        assertThat(takeOverInTransaction(id, type, true)).isFalse();
        assertThat(find(id).record().attempt()).isEqualTo(2);
    }

    private boolean takeOverInTransaction(OperationId id, OperationType of, boolean commit) {
        try (Transaction<T> transaction = transactions.begin()) {
            boolean taken = store.takeOver(transaction.handle(), id, of, newOwner(), LEASE)
                    .isPresent();
            if (commit) {
                transaction.commit();
            }
            return taken;
        }
    }

    @Test
    void several_that_look_at_once_take_over_each_operation_once() throws Exception {
        Set<OperationId> ids = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            OperationId id = newId();
            started(id);
            ids.add(id);
        }
        leaseRunsOut();

        List<OperationId> taken = Parallel.run(4, () -> {
                    List<OperationId> mine = new ArrayList<>();
                    for (List<Lease> some = takeOver(3); !some.isEmpty(); some = takeOver(3)) {
                        some.forEach(lease -> mine.add(lease.id()));
                    }
                    return mine;
                })
                .stream()
                .flatMap(List::stream)
                .toList();

        assertThat(taken).doesNotHaveDuplicates();
        // Whoever found only what others had locked has stopped.
        taken.forEach(ids::remove);
        takeOver(30).forEach(lease -> ids.remove(lease.id()));
        assertThat(ids).isEmpty();
    }

    @Test
    void a_waiting_operation_is_left_alone_until_it_is_time() throws Exception {
        OperationId id = newId();
        Lease lease = started(id);

        write(lease, new Next.Wait(Duration.ofHours(8), "no route"), new Step("overnight", Kind.SLEEP, Body.EMPTY));

        assertThat(find(id).lastError()).isEqualTo("no route");
        assertThat(takeOver(10)).isEmpty();
        elapse(Duration.ofHours(8).minusMinutes(1));
        assertThat(takeOver(10)).isEmpty();
        assertThat(takeOverInTransaction(id, type, true)).isFalse();
        elapse(Duration.ofMinutes(2));
        assertThat(takenOver().id()).isEqualTo(id);
    }

    @Test
    void a_paused_type_is_left_alone_and_counted() throws Exception {
        OperationId id = newId();
        started(id);
        leaseRunsOut();
        store.pause(type.name(), true);
        store.pause(type.name(), true);

        assertThat(store.paused()).contains(type.name());
        assertThat(takeOver(10)).isEmpty();
        assertThat(takeOverInTransaction(id, type, true)).isFalse();
        assertThat(backlog()).hasValueSatisfying(backlog -> {
            assertThat(backlog.operations()).isEqualTo(1);
            assertThat(backlog.paused()).isTrue();
        });

        store.pause(type.name(), false);
        store.pause(type.name(), false);
        assertThat(backlog())
                .hasValueSatisfying(backlog -> assertThat(backlog.paused()).isFalse());
        assertThat(takenOver().id()).isEqualTo(id);
        assertThat(backlog()).isEmpty();
    }

    @Test
    void the_backlog_tells_for_how_long_the_oldest_could_have_been_taken_over_S28() throws Exception {
        started(newId());
        leaseRunsOut();
        elapse(Duration.ofHours(2));
        started(newId());
        leaseRunsOut();

        assertThat(backlog()).hasValueSatisfying(backlog -> {
            assertThat(backlog.operations()).isEqualTo(2);
            assertThat(backlog.oldest()).isBetween(Duration.ofHours(2).plus(LEASE), Duration.ofHours(3));
        });
    }

    @Test
    void what_has_waited_for_a_time_could_be_taken_over_from_its_end_on() throws Exception {
        write(started(newId()), new Next.Wait(Duration.ofHours(8), "no route"));
        elapse(Duration.ofHours(10));

        assertThat(backlog())
                .hasValueSatisfying(
                        backlog -> assertThat(backlog.oldest()).isBetween(Duration.ofHours(2), Duration.ofHours(3)));
    }

    /** It was due before, and somebody was at work on it since. */
    @Test
    void what_was_taken_over_could_be_again_from_the_end_of_the_lease_on() throws Exception {
        write(started(newId()), new Next.Wait(Duration.ZERO, "failed"));
        elapse(Duration.ofHours(5));
        takenOver();
        leaseRunsOut();
        elapse(Duration.ofHours(2));

        assertThat(backlog())
                .hasValueSatisfying(
                        backlog -> assertThat(backlog.oldest()).isBetween(Duration.ofHours(2), Duration.ofHours(3)));
    }

    @Test
    void the_backlog_tells_how_many_others_of_the_version_somebody_is_at_work_on() throws Exception {
        OperationType newer = new OperationType(type.name(), 2);
        for (int i = 0; i < 3; i++) {
            started(newId());
        }
        leaseRunsOut();
        assertThat(backlog())
                .hasValueSatisfying(backlog -> assertThat(backlog.atWork()).isZero());
        assertThat(takeOver(2)).hasSize(2);
        write(started(newId()), new Next.Wait(Duration.ofHours(8), "no route"));
        write(started(newId()), new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));
        started(newId(), newer);

        assertThat(backlog()).hasValueSatisfying(backlog -> {
            assertThat(backlog.operations()).isEqualTo(1);
            assertThat(backlog.atWork()).isEqualTo(2);
        });
        assertThat(backlog(newer)).isEmpty();
    }

    @Test
    void what_is_finished_or_parked_is_no_backlog() throws Exception {
        write(started(newId()), new Next.Complete(StoreFixture.RESPONSE, RETENTION));
        write(started(newId()), new Next.Park("no idea"));
        leaseRunsOut();

        assertThat(backlog()).isEmpty();
    }
}
