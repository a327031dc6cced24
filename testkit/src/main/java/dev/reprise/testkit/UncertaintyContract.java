package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The part of {@link StoreContract} about operations whose outcome nobody can tell. */
abstract class UncertaintyContract extends EndingContract {
    UncertaintyContract(Duration lease) {
        super(lease);
    }

    /** Taking back a claim that failed in an unknown way, and may have landed. */
    @Nested
    public class Withdraw {
        @Test
        void deletes_the_record_of_a_first_claim() {
            Claim claim = claim(newId());
            Lease landed = acquired(store.acquire(claim));

            assertThat(store.withdraw(claim)).isTrue();

            assertThat(store.find(claim.id())).isEmpty();
            assertThat(store.complete(landed, RESPONSE, lease)).isEqualTo(LeaseStatus.LOST);
            assertThat(acquire(claim.id()).attempt()).isEqualTo(1);
        }

        @Test
        void makes_what_the_claim_took_over_abandoned_again_S15() throws Exception {
            OperationId id = newId();
            Lease left = abandoned(id);
            Claim claim = claim(id).takingOverFrom(left.token());
            Lease landed = acquired(store.acquire(claim));

            assertThat(store.withdraw(claim)).isTrue();

            Acquisition.Existing existing = existing(store.acquire(claim(id)));
            assertThat(existing.record().abandonedAt(existing.now())).isTrue();
            assertThat(existing.record().token()).isEqualTo(landed.token());
            assertThat(existing.record().attempt()).isEqualTo(2);
        }

        @Test
        void deletes_a_first_claim_that_somebody_has_made_unknown_S15() throws Exception {
            Claim claim = claim(newId());
            Lease landed = acquired(store.acquire(claim));
            elapse(lease.plusMillis(1));
            assertThat(store.parkAbandoned(claim.id(), landed.token(), "vanished"))
                    .isTrue();

            assertThat(store.withdraw(claim)).isTrue();

            assertThat(store.find(claim.id())).isEmpty();
            assertThat(acquire(claim.id()).attempt()).isEqualTo(1);
        }

        @Test
        void leaves_what_the_claim_took_over_unknown_if_somebody_has_made_it_so_S15() throws Exception {
            OperationId id = newId();
            Claim claim = claim(id).takingOverFrom(abandoned(id).token());
            Lease landed = acquired(store.acquire(claim));
            elapse(lease.plusMillis(1));
            assertThat(store.parkAbandoned(id, landed.token(), "vanished")).isTrue();

            assertThat(store.withdraw(claim)).isTrue();

            assertThat(state(id)).isInstanceOf(Unknown.class);
            assertThat(store.find(id).orElseThrow().token()).isEqualTo(landed.token());
        }

        @Test
        void of_a_claim_that_is_not_there_finds_nothing_and_changes_nothing() {
            OperationId id = newId();
            acquire(id);
            OperationRecord before = store.find(id).orElseThrow();

            assertThat(store.withdraw(claim(id))).isFalse();
            assertThat(store.withdraw(claim(newId()))).isFalse();

            assertThat(store.find(id)).contains(before);
        }

        @Test
        void of_an_operation_that_has_ended_leaves_it_alone() {
            Claim completed = claim(newId());
            store.complete(acquired(store.acquire(completed)), RESPONSE, lease);
            Claim elsewhere = claim(completed.id());
            OperationId unknown = newId();
            store.park(acquire(unknown), "unknown");

            assertThat(store.withdraw(completed)).isTrue();
            assertThat(store.withdraw(elsewhere)).isTrue();
            store.withdraw(claim(unknown));

            assertThat(state(completed.id())).isInstanceOf(Completed.class);
            assertThat(state(unknown)).isInstanceOf(Unknown.class);
        }
    }

    /** What anybody may do with an operation whose owner vanished. */
    @Nested
    public class ParkAbandoned {
        @Test
        void keeps_an_abandoned_operation_as_unknown_under_its_own_token() throws Exception {
            OperationId id = newId();
            Lease left = abandoned(id);

            assertThat(store.parkAbandoned(id, left.token(), "vanished")).isTrue();
            assertThat(store.parkAbandoned(id, left.token(), "again")).isTrue();

            OperationRecord record = store.find(id).orElseThrow();
            assertThat(record.token()).isEqualTo(left.token());
            assertThat(record.attempt()).isEqualTo(1);
            assertThat(record.state())
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason()).isEqualTo("vanished"));
        }

        @Test
        void leaves_an_operation_alone_whose_lease_lasts() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);
            elapse(lease.dividedBy(2));
            store.renew(held);
            elapse(lease.dividedBy(2));

            assertThat(store.parkAbandoned(id, held.token(), "too early")).isFalse();

            assertThat(state(id)).isInstanceOf(Running.class);
        }

        @Test
        void with_another_token_changes_nothing() throws Exception {
            OperationId id = newId();
            Lease first = abandoned(id);
            Lease second = takenOver(id, first.token());
            elapse(lease.plusMillis(1));

            assertThat(store.parkAbandoned(id, first.token(), "not mine")).isFalse();
            assertThat(state(id)).isInstanceOf(Running.class);
            store.park(second, "unknown");
            assertThat(store.parkAbandoned(id, first.token(), "not mine")).isFalse();
            assertThat(store.parkAbandoned(newId(), first.token(), "nothing there"))
                    .isFalse();
        }

        @Test
        void does_not_change_what_is_finished() {
            OperationId id = newId();
            Lease held = acquire(id);
            store.complete(held, RESPONSE, lease.multipliedBy(1000));

            assertThat(store.parkAbandoned(id, held.token(), "too late")).isFalse();
            assertThat(state(id)).isInstanceOf(Completed.class);
        }

        @Test
        void does_not_fence_an_owner_that_was_only_slow_S32() throws Exception {
            OperationId id = newId();
            Lease slow = abandoned(id);
            store.parkAbandoned(id, slow.token(), "vanished");

            assertThat(store.renew(slow)).isEqualTo(LeaseStatus.LOST);
            assertThat(store.complete(slow, RESPONSE, lease)).isEqualTo(LeaseStatus.HELD);

            assertThat(state(id)).isInstanceOf(Completed.class);
        }

        @Test
        void lets_the_slow_owner_in_no_more_once_somebody_took_the_operation_over_S27() throws Exception {
            OperationId id = newId();
            Lease slow = abandoned(id);
            store.parkAbandoned(id, slow.token(), "vanished");
            takenOver(id, slow.token());

            assertThat(store.complete(slow, RESPONSE, lease)).isEqualTo(LeaseStatus.LOST);
            assertThat(store.release(slow)).isEqualTo(LeaseStatus.LOST);
            assertThat(state(id)).isInstanceOf(Running.class);
        }
    }

    /** Whose turn it is to find out what happened (S33). */
    @Nested
    public class StartReconciling {
        @Test
        void gives_one_caller_the_turn_until_its_time_is_over() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);
            store.park(held, "unknown");

            List<Boolean> turns = Parallel.run(8, () -> store.startReconciling(id, held.token(), lease));
            elapse(lease.plusMillis(1));

            assertThat(turns).containsOnlyOnce(true);
            assertThat(store.startReconciling(id, held.token(), lease)).isTrue();
            assertThat(state(id)).isInstanceOfSatisfying(Unknown.class, unknown -> {
                assertThat(unknown.reason()).isEqualTo("unknown");
                assertThat(unknown.reconcileAfter()).isAfter(unknown.since());
            });
        }

        @Test
        void is_refused_to_everybody_else() {
            OperationId running = newId();
            Lease first = acquire(running);
            OperationId completed = newId();
            Lease second = acquire(completed);
            store.complete(second, RESPONSE, lease);
            OperationId unknown = newId();
            Lease third = acquire(unknown);
            store.park(third, "unknown");

            assertThat(store.startReconciling(running, first.token(), lease)).isFalse();
            assertThat(store.startReconciling(completed, second.token(), lease)).isFalse();
            assertThat(store.startReconciling(unknown, second.token(), lease)).isFalse();
            assertThat(store.startReconciling(newId(), third.token(), lease)).isFalse();
        }
    }
}
