package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The part of {@link StoreContract} about who owns an operation and how that ends. */
abstract class OwnershipContract extends StoreFixture {
    OwnershipContract(Duration lease) {
        super(lease);
    }

    /** Claims. */
    @Nested
    public class Acquire {
        @Test
        void inserts_a_running_record_that_can_be_read_back() {
            OperationId id = newId();
            Claim claim = claim(id);

            Lease held = acquired(store.acquire(claim));

            assertThat(held.id()).isEqualTo(id);
            assertThat(held.attempt()).isEqualTo(1);
            assertThat(held.length()).isEqualTo(lease);
            assertThat(held.token()).isGreaterThan(FencingToken.NONE);
            OperationRecord record = store.find(id).orElseThrow();
            assertThat(record.id()).isEqualTo(id);
            assertThat(record.fingerprint()).isEqualTo(claim.fingerprint());
            assertThat(record.token()).isEqualTo(held.token());
            assertThat(record.attempt()).isEqualTo(1);
            assertThat(record.state()).isInstanceOfSatisfying(Running.class, running -> {
                assertThat(running.owner()).isEqualTo(claim.owner());
                assertThat(Duration.between(record.createdAt(), running.leaseEnd()))
                        .isEqualTo(lease);
            });
        }

        @Test
        void of_a_running_operation_says_what_is_there_and_changes_nothing() {
            OperationId id = newId();
            Lease held = acquire(id);
            OperationRecord before = store.find(id).orElseThrow();

            Acquisition.Existing existing =
                    existing(store.acquire(new Claim(id, fingerprint(2), newOwner(), lease.multipliedBy(2))));

            assertThat(existing.record()).isEqualTo(before);
            assertThat(existing.record().abandonedAt(existing.now())).isFalse();
            assertThat(store.find(id)).contains(before);
            assertThat(store.complete(held, RESPONSE, lease)).isEqualTo(LeaseStatus.HELD);
        }

        @Test
        void of_a_finished_operation_returns_the_response_byte_for_byte_S7() {
            OperationId id = newId();
            byte[] bytes = new byte[100_000];
            IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i * 31));
            Response response = new Response(
                    402,
                    Headers.of("Content-Type", "text/plain", "X-Twice", "one", "X-Twice", "two", "x-empty", ""),
                    Body.of(bytes),
                    Headers.of("X-Checksum", "abc"));
            store.complete(acquire(id), response, lease);

            OperationRecord record = existing(store.acquire(claim(id))).record();

            assertThat(record.state()).isInstanceOfSatisfying(Completed.class, done -> {
                assertThat(done.response()).isEqualTo(response);
                assertThat(names(done.response().headers())).isEqualTo(names(response.headers()));
            });
        }

        /** As they were written, which matters to nobody but those who compare byte by byte. */
        private List<String> names(Headers headers) {
            List<String> names = new ArrayList<>();
            headers.forEach((name, value) -> names.add(name));
            return names;
        }

        @Test
        void of_an_abandoned_operation_does_not_take_it_over_by_itself() throws Exception {
            OperationId id = newId();
            Lease left = abandoned(id);

            Acquisition.Existing existing = existing(store.acquire(claim(id)));

            assertThat(existing.record().abandonedAt(existing.now())).isTrue();
            assertThat(existing.record().token()).isEqualTo(left.token());
        }

        @Test
        void made_again_by_the_same_owner_returns_the_same_lease_so_that_a_lost_acknowledgement_is_harmless() {
            OperationId id = newId();
            Claim claim = claim(id);
            Lease first = acquired(store.acquire(claim));

            assertThat(acquired(store.acquire(claim))).isEqualTo(first);
        }

        @Test
        void made_again_by_the_same_owner_returns_the_same_lease_even_after_its_end() throws Exception {
            Claim claim = claim(newId());
            Lease first = acquired(store.acquire(claim));
            elapse(lease.plusMillis(1));

            assertThat(acquired(store.acquire(claim)).token()).isEqualTo(first.token());
        }

        @Test
        void made_again_after_the_operation_has_ended_says_how() {
            Claim completed = claim(newId());
            store.complete(acquired(store.acquire(completed)), RESPONSE, lease);
            Claim parked = claim(newId());
            store.park(acquired(store.acquire(parked)), "unknown");

            assertThat(existing(store.acquire(completed)).record().state()).isInstanceOf(Completed.class);
            assertThat(existing(store.acquire(parked)).record().state()).isInstanceOf(Unknown.class);
        }

        @Test
        void by_another_owner_whose_node_or_number_is_the_same_is_another_claim() {
            Claim claim = claim(newId());
            acquired(store.acquire(claim));
            Owner owner = claim.owner();

            for (Owner other : List.of(
                    new Owner(owner.node() + "2", owner.claim()), new Owner(owner.node(), owner.claim() + 1_000_000))) {
                existing(store.acquire(new Claim(claim.id(), claim.fingerprint(), other, lease)));
            }
        }

        @Test
        void keeps_fingerprints_of_any_version_and_length() {
            byte[] digest = new byte[64];
            IntStream.range(0, digest.length).forEach(i -> digest[i] = (byte) (255 - i));
            RequestFingerprint fingerprint = new RequestFingerprint(1234, digest);
            OperationId id = newId();

            acquired(store.acquire(new Claim(id, fingerprint, newOwner(), lease)));

            assertThat(store.find(id).orElseThrow().fingerprint()).isEqualTo(fingerprint);
        }

        @Test
        void of_operations_that_differ_in_one_part_of_the_id_are_independent_S12() {
            String key = "shared-" + UNIQUE.incrementAndGet();
            List<OperationId> ids = List.of(
                    new OperationId(new Scope("alice", "/a"), new IdempotencyKey(key)),
                    new OperationId(new Scope("alice", "/b"), new IdempotencyKey(key)),
                    new OperationId(new Scope("bob", "/a"), new IdempotencyKey(key)),
                    new OperationId(new Scope("alic", "e/a"), new IdempotencyKey(key)),
                    new OperationId(new Scope("", "alice/a"), new IdempotencyKey(key)),
                    new OperationId(new Scope("Alice", "/a"), new IdempotencyKey(key)),
                    new OperationId(new Scope("alice ", "/a"), new IdempotencyKey(key)),
                    new OperationId(new Scope("alic\u00e9", "/a"), new IdempotencyKey(key)),
                    new OperationId(new Scope("alice\u0301", "/a"), new IdempotencyKey(key)),
                    new OperationId(new Scope("alice", "/a"), new IdempotencyKey(key.toUpperCase(Locale.ROOT))),
                    new OperationId(new Scope("alice", "/a"), new IdempotencyKey(key + " ")));

            ids.forEach(OwnershipContract.this::acquire);

            assertThat(ids)
                    .allSatisfy(
                            id -> assertThat(store.find(id).orElseThrow().id()).isEqualTo(id));
        }

        @Test
        void takes_the_longest_and_strangest_ids_and_owners() {
            OperationId id = new OperationId(
                    new Scope("ü".repeat(Scope.MAX_LENGTH), "/" + "日".repeat(Scope.MAX_LENGTH - 1)),
                    new IdempotencyKey("~\"\\ %_" + UNIQUE.incrementAndGet() + "x".repeat(200)));
            Owner owner = new Owner("n".repeat(Owner.MAX_NODE_LENGTH), Long.MAX_VALUE);

            Lease held = acquired(store.acquire(new Claim(id, fingerprint(1), owner, lease)));

            OperationRecord record = store.find(id).orElseThrow();
            assertThat(record.id()).isEqualTo(id);
            assertThat(((Running) record.state()).owner()).isEqualTo(owner);
            assertThat(store.release(held)).isEqualTo(LeaseStatus.HELD);
        }
    }

    /** Claims that may replace an abandoned or unknown record. */
    @Nested
    public class TakeOver {
        @Test
        void of_an_abandoned_operation_gives_a_greater_token_and_the_next_attempt() throws Exception {
            OperationId id = newId();
            Lease left = abandoned(id);
            OperationRecord before = store.find(id).orElseThrow();

            Lease held = acquired(
                    store.acquire(new Claim(id, fingerprint(2), newOwner(), lease).takingOverFrom(left.token())));

            assertThat(held.token()).isGreaterThan(left.token());
            assertThat(held.attempt()).isEqualTo(2);
            OperationRecord after = store.find(id).orElseThrow();
            assertThat(after.createdAt()).isEqualTo(before.createdAt());
            assertThat(after.fingerprint()).isEqualTo(fingerprint(2));
        }

        @Test
        void of_an_unknown_operation_succeeds_so_that_an_operator_can_resolve_it() {
            OperationId id = newId();
            Lease first = acquire(id);
            store.park(first, "upstream died");

            Lease held = takenOver(id, first.token());

            assertThat(held.token()).isGreaterThan(first.token());
            assertThat(store.complete(held, RESPONSE, lease)).isEqualTo(LeaseStatus.HELD);
        }

        @Test
        void of_an_operation_whose_lease_lasts_is_refused() {
            OperationId id = newId();
            Lease held = acquire(id);

            assertThat(existing(store.acquire(claim(id).takingOverFrom(held.token())))
                            .record()
                            .token())
                    .isEqualTo(held.token());
        }

        @Test
        void with_the_token_of_an_earlier_owner_is_refused() throws Exception {
            OperationId id = newId();
            Lease first = abandoned(id);
            Lease second = takenOver(id, first.token());
            elapse(lease.plusMillis(1));

            assertThat(existing(store.acquire(claim(id).takingOverFrom(first.token())))
                            .record()
                            .token())
                    .isEqualTo(second.token());
        }

        @Test
        void of_a_finished_operation_is_refused() {
            OperationId id = newId();
            Lease held = acquire(id);
            store.complete(held, RESPONSE, lease);

            assertThat(existing(store.acquire(claim(id).takingOverFrom(held.token())))
                            .record()
                            .state())
                    .isInstanceOf(Completed.class);
        }

        @Test
        void succeeds_for_exactly_one_of_many_rivals() throws Exception {
            OperationId id = newId();
            Lease left = abandoned(id);

            List<Acquisition> results =
                    Parallel.run(16, () -> store.acquire(claim(id).takingOverFrom(left.token())));

            assertThat(results)
                    .filteredOn(Acquisition.Acquired.class::isInstance)
                    .hasSize(1);
        }
    }

    /** The fencing token (S27): what a late owner does changes nothing. */
    @Nested
    public class Fencing {
        @Test
        void a_late_owner_changes_nothing_after_a_take_over() throws Exception {
            OperationId id = newId();
            Lease late = abandoned(id);
            Lease held = takenOver(id, late.token());
            OperationRecord before = store.find(id).orElseThrow();

            assertThat(store.renew(late)).isEqualTo(LeaseStatus.LOST);
            assertThat(store.complete(late, RESPONSE, lease)).isEqualTo(LeaseStatus.LOST);
            assertThat(store.park(late, "late")).isEqualTo(LeaseStatus.LOST);
            assertThat(store.release(late)).isEqualTo(LeaseStatus.LOST);

            assertThat(store.find(id)).contains(before);
            assertThat(store.complete(held, RESPONSE, lease)).isEqualTo(LeaseStatus.HELD);
        }

        @Test
        void a_late_owner_changes_nothing_after_its_successor_finished() throws Exception {
            OperationId id = newId();
            Lease late = abandoned(id);
            store.complete(takenOver(id, late.token()), RESPONSE, lease);

            assertThat(store.complete(late, new Response(500, Headers.EMPTY, Body.EMPTY), lease))
                    .isEqualTo(LeaseStatus.LOST);
            assertThat(store.release(late)).isEqualTo(LeaseStatus.LOST);

            assertThat(((Completed) state(id)).response()).isEqualTo(RESPONSE);
        }

        @Test
        void a_late_owner_changes_nothing_after_the_key_was_released_and_claimed_again() {
            OperationId id = newId();
            Lease late = acquire(id);
            store.release(late);
            Lease held = acquire(id);

            assertThat(store.complete(late, RESPONSE, lease)).isEqualTo(LeaseStatus.LOST);
            assertThat(store.release(late)).isEqualTo(LeaseStatus.LOST);

            assertThat(state(id)).isInstanceOf(Running.class);
            assertThat(held.token()).isGreaterThan(late.token());
        }

        @Test
        void an_owner_whose_lease_ran_out_unnoticed_may_still_finish() throws Exception {
            OperationId id = newId();
            Lease slow = abandoned(id);

            assertThat(store.complete(slow, RESPONSE, lease)).isEqualTo(LeaseStatus.HELD);
        }

        @Test
        void tokens_grow_with_every_owner_across_release_expiry_and_take_over() throws Exception {
            OperationId id = newId();
            List<FencingToken> tokens = new ArrayList<>();
            Lease released = acquire(id);
            tokens.add(released.token());
            store.release(released);
            Lease completed = acquire(id);
            tokens.add(completed.token());
            store.complete(completed, RESPONSE, lease);
            elapse(lease.plusMillis(1));
            Lease abandoned = abandoned(id);
            tokens.add(abandoned.token());
            tokens.add(takenOver(id, abandoned.token()).token());

            assertThat(tokens).doesNotHaveDuplicates().isSorted();
        }
    }
}
