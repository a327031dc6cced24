package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Failure;
import dev.reprise.spi.Transactions.Transaction;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Writes with which their transaction may be committed.
 *
 * @param <T> the handle of a transaction
 */
abstract class LastWriteContract<T> extends ResumableFixture<T> {
    private static final Step CREATED = step("create ride", Kind.LOCAL, "ride 1");
    private static final Step RECEIPT = step("queue receipt", Kind.LOCAL, "receipt 1");

    /** For subclasses. */
    LastWriteContract() {}

    private Lease startedLast(OperationId id, Step... steps) {
        try (Transaction<T> transaction = transactions.begin()) {
            store.records().claim(transaction.handle(), id);
            Lease lease = store.startLast(transaction.handle(), opening(id), List.of(steps));
            transaction.commit();
            return lease;
        }
    }

    private LeaseStatus writtenLast(Lease lease, Next next, Step... steps) {
        try (Transaction<T> transaction = transactions.begin()) {
            LeaseStatus status = store.writeLast(transaction.handle(), lease, new Progress(List.of(steps), next));
            if (status == LeaseStatus.HELD) {
                transaction.commit();
            }
            return status;
        }
    }

    @Test
    void what_was_written_last_is_there_after_the_commit_P2() {
        OperationId id = newId();

        Lease lease = startedLast(id, CREATED);
        assertThat(find(id).record().token()).isEqualTo(lease.token());
        assertThat(writtenLast(lease, new Next.GoOn(), RECEIPT)).isEqualTo(LeaseStatus.HELD);
        assertThat(results(id)).containsExactly("create ride=ride 1", "queue receipt=receipt 1");

        assertThat(writtenLast(lease, new Next.Complete(StoreFixture.RESPONSE, RETENTION)))
                .isEqualTo(LeaseStatus.HELD);
        assertThat(state(id)).isInstanceOf(Completed.class);
    }

    @Test
    void nothing_is_committed_with_the_last_write_of_an_owner_that_has_lost_its_lease_S27() throws Exception {
        OperationId id = newId();
        Lease former = startedLast(id);
        leaseRunsOut();
        Lease lease = takenOver();

        assertThat(writtenLast(former, new Next.GoOn(), CREATED)).isEqualTo(LeaseStatus.LOST);
        assertThat(writtenLast(former, new Next.Complete(StoreFixture.RESPONSE, RETENTION), CREATED))
                .isEqualTo(LeaseStatus.LOST);

        assertThat(results(id)).isEmpty();
        assertThat(find(id).record().token()).isEqualTo(lease.token());
    }

    @Test
    void an_operation_that_somebody_else_has_inserted_is_looked_at_again_P8() {
        OperationId id = newId();
        Lease lease = startedLast(id, CREATED);

        assertThatThrownBy(() -> {
                    try (Transaction<T> transaction = transactions.begin()) {
                        store.startLast(transaction.handle(), opening(id), List.of(RECEIPT));
                    }
                })
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(store.records().diagnose(e)).isEqualTo(Failure.RETRY));
        assertThat(results(id)).containsExactly("create ride=ride 1");
        assertThat(find(id).record().token()).isEqualTo(lease.token());
    }

    @Test
    void a_step_that_was_called_or_answered_may_be_written_last_too() {
        OperationId id = newId();
        Lease lease = startedLast(id, new Step("pay", Kind.ONCE, null));

        assertThat(writtenLast(lease, new Next.GoOn(), step("pay", Kind.ONCE, "paid")))
                .isEqualTo(LeaseStatus.HELD);
        assertThat(writtenLast(lease, new Next.AwaitAnswer("approve"), new Step("approve", Kind.AWAIT, null)))
                .isEqualTo(LeaseStatus.HELD);

        assertThat(results(id)).containsExactly("pay=paid", "approve=?");
    }
}
