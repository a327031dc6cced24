package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreCapability;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The part of {@link StoreContract} about how a hold is kept, ended and forgotten. */
abstract class EndingContract extends OwnershipContract {
    EndingContract(Duration lease) {
        super(lease);
    }

    /** Heartbeats. */
    @Nested
    public class Renew {
        @Test
        void makes_the_lease_last_from_now_on() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);
            for (int i = 0; i < 3; i++) {
                elapse(lease.dividedBy(2));
                assertThat(store.renew(held)).isEqualTo(LeaseStatus.HELD);
            }

            Acquisition.Existing existing = existing(store.acquire(claim(id)));

            assertThat(existing.record().abandonedAt(existing.now())).isFalse();
            assertThat(existing.record().attempt()).isEqualTo(1);
        }

        @Test
        void counts_from_now_and_not_from_the_old_end() throws Exception {
            Lease held = acquire(newId());
            store.renew(held);
            store.renew(held);

            Acquisition.Existing existing = existing(store.acquire(claim(held.id())));

            assertThat(existing.record().state())
                    .isInstanceOfSatisfying(
                            Running.class,
                            running -> assertThat(Duration.between(existing.now(), running.leaseEnd()))
                                    .isPositive()
                                    .isLessThanOrEqualTo(lease));
        }

        @Test
        void of_a_lease_that_ran_out_unnoticed_succeeds_while_nobody_took_over() throws Exception {
            Lease slow = abandoned(newId());

            assertThat(store.renew(slow)).isEqualTo(LeaseStatus.HELD);

            Acquisition.Existing existing = existing(store.acquire(claim(slow.id())));
            assertThat(existing.record().abandonedAt(existing.now())).isFalse();
        }

        @Test
        void by_nothing_makes_the_operation_abandoned_at_once() {
            Lease held = acquire(newId());

            assertThat(store.renew(new Lease(held.id(), held.token(), held.attempt(), Duration.ZERO)))
                    .isEqualTo(LeaseStatus.HELD);

            assertThat(takenOver(held.id(), held.token()).attempt()).isEqualTo(2);
        }

        @Test
        void changes_nothing_but_the_end_of_the_lease() {
            Lease held = acquire(newId());
            OperationRecord before = store.find(held.id()).orElseThrow();

            store.renew(held);

            OperationRecord after = store.find(held.id()).orElseThrow();
            assertThat(after.with(before.state())).isEqualTo(before);
            assertThat(((Running) after.state()).owner()).isEqualTo(((Running) before.state()).owner());
        }

        @Test
        void does_not_bring_back_what_has_ended() {
            OperationId completed = newId();
            Lease first = acquire(completed);
            store.complete(first, RESPONSE, lease);
            OperationId parked = newId();
            Lease second = acquire(parked);
            store.park(second, "unknown");
            OperationId released = newId();
            Lease third = acquire(released);
            store.release(third);

            assertThat(store.renew(first)).isEqualTo(LeaseStatus.LOST);
            assertThat(store.renew(second)).isEqualTo(LeaseStatus.LOST);
            assertThat(store.renew(third)).isEqualTo(LeaseStatus.LOST);

            assertThat(state(completed)).isInstanceOf(Completed.class);
            assertThat(state(parked)).isInstanceOf(Unknown.class);
            assertThat(store.find(released)).isEmpty();
        }
    }

    /** Deletes until none is left, also of earlier tests, so that whatever is there after it was not to be deleted. */
    final void purgeAll() {
        while (store.purgeExpired(1000) > 0) {
            // Another batch may follow.
        }
    }

    /** The three ways in which an owner ends its hold. */
    @Nested
    public class Ending {
        @Test
        void complete_keeps_the_response_for_the_retention_S23() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);
            Duration retention = lease.multipliedBy(2);

            assertThat(store.complete(held, RESPONSE, retention)).isEqualTo(LeaseStatus.HELD);

            OperationRecord record = store.find(id).orElseThrow();
            assertThat(record.token()).isEqualTo(held.token());
            assertThat(record.state()).isInstanceOfSatisfying(Completed.class, done -> {
                assertThat(done.response()).isEqualTo(RESPONSE);
                assertThat(Duration.between(done.completedAt(), done.expiresAt()))
                        .isEqualTo(retention);
            });
            elapse(retention.plusMillis(1));
            assertThat(store.find(id)).isEmpty();
            assertThat(acquire(id).attempt()).isEqualTo(1);
        }

        @Test
        void complete_counts_the_retention_from_the_completion_S23() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);
            elapse(lease.dividedBy(2));

            store.complete(held, RESPONSE, lease.multipliedBy(1000));

            OperationRecord record = store.find(id).orElseThrow();
            assertThat(((Completed) state(id)).completedAt())
                    .isAfterOrEqualTo(record.createdAt().plus(lease.dividedBy(2)));
            assertThat(record.attempt()).isEqualTo(1);
            assertThat(record.fingerprint()).isEqualTo(fingerprint(1));
        }

        @Test
        void complete_keeps_all_statuses_and_fields_of_any_length_S7() {
            String value = "\t\u00e9 " + "v".repeat(8_000);
            for (int status : new int[] {200, 204, 308, 418, 599}) {
                Response response = new Response(
                        status, Headers.of("X-Long", value, "Set-Thing", "a=b; c", "set-thing", ""), Body.EMPTY);
                OperationId id = newId();

                assertThat(store.complete(acquire(id), response, lease.multipliedBy(1000)))
                        .isEqualTo(LeaseStatus.HELD);

                assertThat(((Completed) state(id)).response()).isEqualTo(response);
            }
        }

        @Test
        void complete_keeps_a_body_of_some_megabytes_S7() {
            byte[] bytes = new byte[3 << 20];
            new Random(1).nextBytes(bytes);
            Response response = new Response(200, Headers.EMPTY, Body.of(bytes));
            OperationId id = newId();

            assertThat(store.complete(acquire(id), response, lease.multipliedBy(1000)))
                    .isEqualTo(LeaseStatus.HELD);

            assertThat(((Completed) state(id)).response()).isEqualTo(response);
        }

        @Test
        void complete_keeps_the_mark_of_an_omitted_body_S21() {
            OperationId id = newId();
            Response streamed = new Response(200, Headers.of("Content-Type", "text/event-stream"), Body.OMITTED);

            store.complete(acquire(id), streamed, lease);

            assertThat(((Completed) state(id)).response()).isEqualTo(streamed);
        }

        @Test
        void complete_made_again_changes_nothing_and_counts_as_held() {
            OperationId id = newId();
            Lease held = acquire(id);
            store.complete(held, RESPONSE, lease);
            OperationRecord before = store.find(id).orElseThrow();

            assertThat(store.complete(held, new Response(204, Headers.EMPTY, Body.EMPTY), lease.multipliedBy(9)))
                    .isEqualTo(LeaseStatus.HELD);

            assertThat(store.find(id)).contains(before);
        }

        @Test
        void release_makes_the_key_new() {
            OperationId id = newId();
            Lease held = acquire(id);

            assertThat(store.release(held)).isEqualTo(LeaseStatus.HELD);
            assertThat(store.release(held)).isEqualTo(LeaseStatus.HELD);

            assertThat(store.find(id)).isEmpty();
            assertThat(acquire(id).attempt()).isEqualTo(1);
        }

        @Test
        void release_does_not_delete_what_is_finished() {
            OperationId completed = newId();
            Lease held = acquire(completed);
            store.complete(held, RESPONSE, lease);

            assertThat(store.release(held)).isEqualTo(LeaseStatus.LOST);

            assertThat(state(completed)).isInstanceOf(Completed.class);
        }

        @Test
        void park_keeps_the_record_with_its_reason_and_never_expires_S23() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);

            assertThat(store.park(held, "Der Upstream ist tot – 上流")).isEqualTo(LeaseStatus.HELD);
            assertThat(store.park(held, "again")).isEqualTo(LeaseStatus.HELD);

            elapse(lease.multipliedBy(3));
            purgeAll();
            assertThat(state(id))
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason()).isEqualTo("Der Upstream ist tot – 上流"));
            assertThat(existing(store.acquire(claim(id))).record().state()).isInstanceOf(Unknown.class);
        }

        @Test
        void park_says_since_when_and_takes_reasons_of_any_length() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);
            elapse(lease.dividedBy(2));
            String reason = "it broke ".repeat(2_000);

            assertThat(store.park(held, reason)).isEqualTo(LeaseStatus.HELD);

            OperationRecord record = store.find(id).orElseThrow();
            assertThat(record.attempt()).isEqualTo(1);
            assertThat(record.state()).isInstanceOfSatisfying(Unknown.class, unknown -> {
                assertThat(unknown.since())
                        .isAfterOrEqualTo(record.createdAt().plus(lease.dividedBy(2)))
                        .isEqualTo(unknown.reconcileAfter());
                assertThat(unknown.reason()).startsWith(reason.substring(0, 900));
            });
        }

        @Test
        void park_does_not_change_what_is_finished() {
            OperationId id = newId();
            Lease held = acquire(id);
            store.complete(held, RESPONSE, lease);

            assertThat(store.park(held, "too late")).isEqualTo(LeaseStatus.LOST);
            assertThat(state(id)).isInstanceOf(Completed.class);
        }

        @Test
        void complete_and_release_of_an_unknown_operation_are_the_owners_own_knowledge_S32() {
            OperationId completed = newId();
            Lease first = acquire(completed);
            store.park(first, "unknown");
            OperationId released = newId();
            Lease second = acquire(released);
            store.park(second, "unknown");

            assertThat(store.complete(first, RESPONSE, lease)).isEqualTo(LeaseStatus.HELD);
            assertThat(store.release(second)).isEqualTo(LeaseStatus.HELD);

            assertThat(state(completed))
                    .isInstanceOfSatisfying(
                            Completed.class, done -> assertThat(done.response()).isEqualTo(RESPONSE));
            assertThat(store.find(released)).isEmpty();
        }

        @Test
        void retentions_that_no_clock_can_count_are_refused_and_disturb_nobody() {
            Lease held = acquire(newId());
            for (Duration odd : List.of(
                    ChronoUnit.FOREVER.getDuration(), Duration.ofDays(300 * 365), Duration.ZERO, lease.negated())) {
                assertThatThrownBy(() -> store.complete(held, RESPONSE, odd))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> store.startReconciling(held.id(), held.token(), odd))
                        .isInstanceOf(IllegalArgumentException.class);
            }

            assertThat(store.complete(held, RESPONSE, OperationPolicy.MAX_RETENTION))
                    .isEqualTo(LeaseStatus.HELD);
            assertThat(store.find(held.id())).isPresent();
        }
    }

    /** Deleting what has expired. */
    @Nested
    public class Purge {
        @Test
        void deletes_expired_records_in_batches_and_nothing_else() throws Exception {
            assumeFalse(
                    store.capabilities().contains(StoreCapability.SELF_EXPIRING),
                    "expired records of the store vanish by themselves");
            purgeAll();
            List<OperationId> expired =
                    IntStream.range(0, 25).mapToObj(i -> newId()).toList();
            expired.forEach(id -> store.complete(acquire(id), RESPONSE, lease));
            OperationId running = newId();
            acquire(running);
            OperationId unknown = newId();
            store.park(acquire(unknown), "unknown");
            OperationId lasting = newId();
            store.complete(acquire(lasting), RESPONSE, lease.multipliedBy(1000));
            elapse(lease.plusMillis(1));

            assertThat(store.purgeExpired(10)).isEqualTo(10);
            assertThat(store.purgeExpired(10)).isEqualTo(10);
            assertThat(store.purgeExpired(10)).isEqualTo(5);
            assertThat(store.purgeExpired(10)).isZero();

            assertThat(store.find(running)).isPresent();
            assertThat(store.find(unknown)).isPresent();
            assertThat(store.find(lasting)).isPresent();
        }

        @Test
        void deletes_nothing_that_lasts() {
            OperationId running = newId();
            acquire(running);
            OperationId unknown = newId();
            store.park(acquire(unknown), "unknown");
            OperationId lasting = newId();
            store.complete(acquire(lasting), RESPONSE, lease.multipliedBy(1000));

            purgeAll();

            assertThat(state(running)).isInstanceOf(Running.class);
            assertThat(state(unknown)).isInstanceOf(Unknown.class);
            assertThat(state(lasting)).isInstanceOf(Completed.class);
        }

        @Test
        void leaves_a_key_alone_that_was_claimed_again_after_it_expired() throws Exception {
            purgeAll();
            OperationId id = newId();
            store.complete(acquire(id), RESPONSE, lease);
            elapse(lease.plusMillis(1));
            Lease held = acquire(id);

            purgeAll();

            assertThat(store.complete(held, RESPONSE, lease.multipliedBy(1000))).isEqualTo(LeaseStatus.HELD);
            purgeAll();
            assertThat(state(id)).isInstanceOf(Completed.class);
        }
    }
}
