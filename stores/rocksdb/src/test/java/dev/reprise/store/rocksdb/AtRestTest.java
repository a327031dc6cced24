package dev.reprise.store.rocksdb;

import static dev.reprise.store.rocksdb.Examples.claim;
import static dev.reprise.store.rocksdb.Examples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.support.Transition;
import dev.reprise.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations that nobody works on lie on the disk alone, and nobody sees them move there and back. */
class AtRestTest {
    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private @Nullable StoreFolder opened;
    private @Nullable Records records;

    @BeforeEach
    void open() {
        opened = StoreFolder.open(folder);
        records = new Records(opened, clock, 4, Duration.ofSeconds(10), changed -> {});
    }

    @AfterEach
    void close() {
        records().close();
        folder().close();
    }

    private Records records() {
        return Objects.requireNonNull(records);
    }

    private StoreFolder folder() {
        return Objects.requireNonNull(opened);
    }

    private void reopen() {
        close();
        open();
    }

    private Written write(Change<?> change) {
        return Examples.write(records(), change);
    }

    private Lease acquire(String key) {
        Change<Acquisition> change = Examples.acquire(records(), claim(key));
        records().sync(List.of(write(change)));
        return ((Acquired) change.await()).lease();
    }

    private Change<LeaseStatus> parking(Lease lease) {
        return change(lease, (record, now) -> Transition.park(record, lease, "?", now));
    }

    private Change<LeaseStatus> change(Lease lease, Batch.Rule<LeaseStatus> rule) {
        return new Change<>(batch -> batch.change(lease.id(), Keys.of(lease.id()), rule));
    }

    private LeaseStatus perform(Change<LeaseStatus> change) {
        records().sync(List.of(write(change)));
        return change.await();
    }

    private OperationState state(String key) {
        OperationRecord found = records().find(id(key), Keys.of(id(key)));
        List<OperationRecord> listed = new RecordListing(
                        new OperationQuery(EnumSet.allOf(OperationState.Kind.class), id(key).key(), null, 10),
                        records())
                .find()
                .items();
        assertThat(listed)
                .isEqualTo(Optional.ofNullable(found).map(OperationRecord::asListed).stream()
                        .toList());
        return listed.getFirst().state();
    }

    @Test
    void unknown_operations_are_not_in_memory() {
        perform(parking(acquire("k")));

        assertThat(records().live()).isEmpty();
        assertThat(state("k")).isInstanceOf(Unknown.class);
        reopen();
        assertThat(records().live()).isEmpty();
        assertThat(state("k")).isInstanceOf(Unknown.class);
    }

    @Test
    void operations_that_a_former_process_abandoned_are_not_in_memory() {
        acquire("k");

        for (int i = 0; i < 2; i++) {
            reopen();
            assertThat(records().live()).isEmpty();
            assertThat(state("k"))
                    .isInstanceOfSatisfying(
                            Running.class,
                            running -> assertThat(running.leaseEnd()).isBeforeOrEqualTo(clock.instant()));
        }
    }

    /** Their owners are in this process and may be slow, so what they do next still counts. */
    @Test
    void operations_whose_lease_has_run_out_leave_memory_and_may_still_be_renewed_and_completed() {
        Lease late = acquire("late");
        clock.advance(Examples.LEASE.multipliedBy(2));
        Lease live = acquire("live");
        // A failed write has the database read anew.
        write(new Change<>(batch -> true)).opening().fail(new AssertionError("to be read anew"));
        acquire("other");

        assertThat(records().live()).containsOnlyKeys(id("live"), id("other"));
        assertThat(state("late")).isInstanceOf(Running.class);
        assertThat(perform(change(late, (record, now) -> Transition.renew(record, late, now))))
                .isEqualTo(LeaseStatus.HELD);
        assertThat(records().live()).containsKey(id("late"));
        reopen();
        assertThat(perform(change(
                        late,
                        (record, now) ->
                                Transition.complete(record, late, Examples.response("done"), Examples.RETENTION, now))))
                .isEqualTo(LeaseStatus.HELD);
        reopen();
        assertThat(state("late")).isInstanceOf(OperationState.Completed.class);
        assertThat(state("live")).isInstanceOf(Running.class);
        assertThat(live.token()).isGreaterThan(late.token());
    }

    @Test
    void what_is_taken_from_rest_is_visible_when_that_is_durable_S19() {
        Lease parked = acquire("k");
        perform(parking(parked));

        Change<Acquisition> takeOver = Examples.acquire(records(), claim("k").takingOverFrom(parked.token()));
        Written taken = write(takeOver);

        assertThat(state("k")).isInstanceOf(Unknown.class);
        records().sync(List.of(taken));
        assertThat(state("k")).isInstanceOf(Running.class);
        assertThat(takeOver.await()).isInstanceOf(Acquired.class);
    }

    @Test
    void what_comes_to_rest_is_changed_again_when_that_is_durable_S19() throws Exception {
        Lease parked = acquire("k");
        Written parking = write(parking(parked));
        Change<Acquisition> takeOver = Examples.acquire(records(), claim("k").takingOverFrom(parked.token()));
        List<Written> taken = new ArrayList<>();
        Thread writer = Thread.ofPlatform().start(() -> records().write(List.of(takeOver), taken::add));
        await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
        assertThat(state("k")).isInstanceOf(Running.class);

        records().sync(List.of(parking));
        writer.join();
        assertThat(state("k")).isInstanceOf(Unknown.class);
        records().sync(taken);
        assertThat(state("k")).isInstanceOf(Running.class);
    }

    @Test
    void nobody_finds_nothing_while_an_operation_changes_hands() throws Exception {
        close();
        try (RocksDbStore store = RocksDbStore.in(folder).cacheBytes(0).open()) {
            FencingToken last = park(store, Examples.acquire(store, "k"));
            AtomicBoolean over = new AtomicBoolean();
            // Platform threads, since look-ups in memory never let go of theirs.
            try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
                List<Future<Integer>> absences = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    absences.add(threads.submit(() -> {
                        int absent = 0;
                        while (!over.get()) {
                            absent += store.find(id("k")).isEmpty() ? 1 : 0;
                        }
                        return absent;
                    }));
                }
                try {
                    for (int i = 0; i < 500; i++) {
                        Acquired acquired = (Acquired) store.acquire(claim("k").takingOverFrom(last));
                        last = park(store, acquired.lease());
                    }
                } finally {
                    over.set(true);
                }
                for (Future<Integer> absent : absences) {
                    assertThat(absent.get()).isZero();
                }
            }
        } finally {
            open();
        }
    }

    private static FencingToken park(RocksDbStore store, Lease lease) {
        assertThat(store.park(lease, "?")).isEqualTo(LeaseStatus.HELD);
        return lease.token();
    }
}
