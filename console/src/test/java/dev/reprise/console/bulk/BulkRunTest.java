package dev.reprise.console.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyException;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Reconciler.OnDemand;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditIntent;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.audit.AuditPage;
import dev.reprise.console.bulk.BulkRun.Standing;
import dev.reprise.console.bulk.BulkRun.State;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.FaultyStore;
import dev.reprise.testkit.FaultyStore.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done to many operations is done to each once, as it was seen, and to no more when it is stopped. */
class BulkRunTest {
    private static final Initiator OLIVIA = new Initiator("olivia", "it is back");
    private static final OperationFilter ALL = OperationFilter.ofStates(Set.of(), 1);
    private static final Response RESPONSE = new Response(202, Headers.EMPTY, Body.EMPTY);
    private static final Attempt DID_NOT_HAPPEN = new Attempt.Found(new Finding.DidNotHappen());

    private final MemoryStore store = new MemoryStore();
    /** How many rows were written in one go, with each wait for the disk. */
    private final List<Integer> batches = new ArrayList<>();

    private final List<OperationId> asked = new ArrayList<>();
    private Function<OperationId, Attempt> service = this::freed;
    private final StoreOperations operations = new StoreOperations(store, null, new CountingAudit(), new OnDemand() {
        @Override
        public boolean covers(OperationId id) {
            return id.scope().route().equals("/charges");
        }

        @Override
        public Attempt reconcile(OperationId id, FencingToken seen) {
            asked.add(id);
            return service.apply(id);
        }
    });

    @AfterEach
    void close() {
        store.close();
    }

    /** Keeps nothing but the lengths. */
    private final class CountingAudit implements AuditLog {
        @Override
        public List<Long> begin(List<AuditIntent> intents) {
            batches.add(intents.size());
            return IntStream.range(0, intents.size()).mapToObj(Long::valueOf).toList();
        }

        @Override
        public void end(List<Long> numbers, List<String> outcomes) {
            assertThat(outcomes).hasSameSizeAs(numbers);
        }

        @Override
        public AuditPage latest(@Nullable String before, int limit) {
            return AuditPage.EMPTY;
        }

        @Override
        public boolean kept() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/charges"), new IdempotencyKey(key));
    }

    private FencingToken unknown(OperationId id) {
        Claim claim = new Claim(id, new RequestFingerprint(1, new byte[1]), new Owner("node", 1), Duration.ofHours(1));
        Lease lease = ((Acquisition.Acquired) store.acquire(claim)).lease();
        store.park(lease, "lost");
        return lease.token();
    }

    private List<OperationId> unknown(int many) {
        List<OperationId> ids =
                IntStream.range(0, many).mapToObj(i -> id("k" + i)).toList();
        ids.forEach(this::unknown);
        return ids;
    }

    private boolean isUnknown(OperationId id) {
        return store.find(id)
                .filter(record -> record.state() instanceof Unknown)
                .isPresent();
    }

    /** As a reconciler finds out that it did not happen. */
    private Attempt freed(OperationId id) {
        store.release(new Lease(id, store.find(id).orElseThrow().token(), 1, Duration.ofHours(1)));
        return DID_NOT_HAPPEN;
    }

    private BulkRun run(BulkAction action) {
        return BulkRun.ofMatching(operations, action, ALL, OLIVIA);
    }

    @Test
    void counts_what_it_can_be_done_to_and_changes_nothing() {
        List<OperationId> ids = unknown(30);
        unknown(new OperationId(new Scope("alice", "/refunds"), new IdempotencyKey("k")));

        assertThat(BulkRun.counting(operations, BulkKind.RELEASE, ALL).run().matching())
                .isEqualTo(31);
        Standing counted = BulkRun.counting(operations, BulkKind.RECONCILE, ALL).run();

        assertThat(counted).isEqualTo(new Standing(31, 30, java.util.Map.of(), State.DONE, ""));
        assertThat(ids).allMatch(this::isUnknown);
        assertThat(asked).isEmpty();
        assertThat(batches).isEmpty();
    }

    @Test
    void is_done_in_small_batches_with_one_wait_for_the_audit_each() {
        List<OperationId> ids = unknown(60);

        Standing released = run(new BulkAction.Release()).run();

        assertThat(released.came()).containsExactly(entry(BulkResult.RELEASED, 60L), entry(BulkResult.LEFT, 0L));
        assertThat(released.state()).isEqualTo(State.DONE);
        assertThat(ids).allMatch(id -> store.find(id).isEmpty());
        assertThat(batches).containsExactly(25, 25, 10);
    }

    @Test
    void gives_all_the_same_answer() {
        List<OperationId> ids = unknown(30);

        Standing resolved = run(new BulkAction.Resolve(RESPONSE)).run();

        assertThat(resolved.inWords()).isEqualTo("30 resolved, 0 left");
        assertThat(ids)
                .allSatisfy(id -> assertThat(store.find(id).orElseThrow().state())
                        .isInstanceOfSatisfying(
                                Completed.class,
                                completed -> assertThat(completed.response().status())
                                        .isEqualTo(202)));
        assertThat(batches).containsExactly(25, 5);
    }

    @Test
    void says_of_how_many_came_what_when_somebody_was_asked() {
        unknown(30);
        service = id -> switch (id.key().value()) {
            case "k1" -> new Attempt.Found(new Finding.Happened(RESPONSE));
            case "k2", "k3" -> new Attempt.Found(new Finding.NotKnown("busy"));
            case "k4" -> new Attempt.NotWritten(new Finding.DidNotHappen());
            case "k5" -> new Attempt.OthersTurn(Instant.MAX);
            case "k6" -> new Attempt.Changed();
            default -> DID_NOT_HAPPEN;
        };

        Standing came = run(new BulkAction.Reconcile()).run();

        assertThat(came.came())
                .containsExactly(
                        entry(BulkResult.EXECUTED, 1L),
                        entry(BulkResult.NOT_EXECUTED, 24L),
                        entry(BulkResult.STILL_UNKNOWN, 2L),
                        entry(BulkResult.LEFT, 3L));
        assertThat(asked).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void stops_between_two_questions_and_goes_on_another_time_with_what_is_left() {
        List<OperationId> ids = unknown(10);
        BulkRun first = run(new BulkAction.Reconcile());
        service = id -> {
            if (asked.size() == 3) {
                first.stop("victor");
            }
            return freed(id);
        };

        assertThat(first.run().state()).isEqualTo(State.STOPPED);
        assertThat(first.standing().why()).isEqualTo("victor");
        assertThat(first.standing().inWords()).isEqualTo("0 executed, 3 not-executed, 0 still-unknown, 0 left");
        assertThat(asked).hasSize(3);
        service = this::freed;
        Standing second = run(new BulkAction.Reconcile()).run();

        assertThat(second.inWords()).isEqualTo("0 executed, 7 not-executed, 0 still-unknown, 0 left");
        assertThat(asked).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void leaves_what_has_changed_since_it_was_seen() {
        unknown(3);
        service = id -> {
            for (OperationId other : List.of(id("k0"), id("k1"), id("k2"))) {
                if (!asked.contains(other)) {
                    freed(other);
                    unknown(other);
                }
            }
            return freed(id);
        };

        Standing came = run(new BulkAction.Reconcile()).run();

        assertThat(asked).hasSize(1);
        assertThat(came.inWords()).isEqualTo("0 executed, 1 not-executed, 0 still-unknown, 2 left");
    }

    @Test
    void counts_each_that_was_chosen_and_is_not_there_any_more() {
        List<OperationId> ids = unknown(60);
        freed(id("k30"));

        Standing came = BulkRun.ofChosen(operations, new BulkAction.Release(), ids, operations::find, OLIVIA)
                .run();

        assertThat(came.looked()).isEqualTo(60);
        assertThat(came.inWords()).isEqualTo("59 released, 1 left");
        assertThat(batches).containsExactly(25, 24, 10);
    }

    @Test
    void that_fails_says_how_far_it_came_and_why() {
        List<OperationId> ids = unknown(30);
        BulkRun run = BulkRun.ofChosen(
                operations,
                new BulkAction.Release(),
                ids,
                id -> {
                    if (id.equals(ids.get(27))) {
                        throw new IdempotencyException("The disk is full", null);
                    }
                    return Optional.of(operations.find(id).orElseThrow());
                },
                OLIVIA);

        Standing failed = run.run();

        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.why()).isEqualTo("The disk is full");
        assertThat(failed.inWords()).isEqualTo("25 released, 0 left");
    }

    @Test
    void that_fails_within_a_batch_counts_what_was_done_in_it() {
        List<OperationId> ids = unknown(10);
        FaultyStore faulty = new FaultyStore(store);
        int[] left = {3};
        faulty.before(Call.RELEASE, new Runnable() {
            @Override
            public void run() {
                if (left[0]-- == 0) {
                    throw new StoreException("The disk is full", null);
                }
                faulty.before(Call.RELEASE, this);
            }
        });
        Operations failing = new StoreOperations(faulty, null, new CountingAudit());

        Standing failed = BulkRun.ofMatching(failing, new BulkAction.Release(), ALL, OLIVIA)
                .run();

        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.inWords()).isEqualTo("3 released, 0 left");
        assertThat(ids).filteredOn(this::isUnknown).hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void looks_for_nothing_in_states_in_which_it_cannot_be_done() {
        unknown(3);
        OperationFilter running = OperationFilter.ofStates(Set.of(ListedState.RUNNING), 1);

        Standing came = BulkRun.ofMatching(operations, new BulkAction.Release(), running, OLIVIA)
                .run();

        assertThat(came.inWords()).isEqualTo("0 released, 0 left");
        assertThat(batches).isEmpty();
    }
}
