package dev.reprise.store.rocksdb;

import static dev.reprise.store.rocksdb.Examples.acquire;
import static dev.reprise.store.rocksdb.Examples.claim;
import static dev.reprise.store.rocksdb.Examples.complete;
import static dev.reprise.store.rocksdb.Examples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Lease;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Transition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for whom, and who does not. */
class StallingTest {
    @TempDir
    private Path folder;

    @Test
    void look_ups_of_finished_operations_do_not_wait_for_the_writer() {
        try (RocksDbStore store = RocksDbStore.in(folder).cacheBytes(0).open()) {
            complete(store, "k");
            try (Stalled stalled = new Stalled(store)) {
                assertThat(store.find(id("k"))).isPresent();
                assertThat(store.acquire(claim("k"))).isInstanceOf(Acquisition.Existing.class);
                assertThat(stalled.change().isAnswered()).isFalse();
            }
        }
    }

    @Test
    void a_call_that_is_not_answered_in_time_fails_and_the_store_works_again_afterwards() {
        try (RocksDbStore store =
                RocksDbStore.in(folder).timeLimit(Duration.ofSeconds(1)).open()) {
            Lease lease = acquire(store, "held");
            try (Stalled stalled = new Stalled(store)) {
                assertThatThrownBy(() -> store.acquire(claim("k")))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("within 1000 ms");
                assertThatThrownBy(() -> store.release(lease)).isInstanceOf(StoreException.class);
                assertThat(stalled.change().isAnswered()).isTrue();
            }
            // The late write lands: nobody but the engine's undo knows whose it is.
            await().until(() ->
                    store.find(id("k")).isPresent() && store.find(id("held")).isEmpty());
            complete(store, "next");
        }
    }

    @Test
    void a_full_queue_lets_callers_wait_and_then_fails_them() {
        try (RocksDbStore store = RocksDbStore.in(folder)
                .queueCapacity(1)
                .timeLimit(Duration.ofSeconds(1))
                .open()) {
            Lease first = acquire(store, "first");
            Lease second = acquire(store, "second");
            try (Stalled stalled = new Stalled(store)) {
                assertThatThrownBy(() -> store.renew(first)).hasMessageContaining("within");
                assertThatThrownBy(() -> store.renew(second)).hasMessageContaining("1 calls wait");
                assertThat(stalled.change().isAnswered()).isTrue();
            }
        }
    }

    /** S22: an event loop that waited for room would keep all its callers waiting. */
    @Test
    void whoever_is_told_never_waits_for_room_and_is_served_when_there_is_some() {
        try (RocksDbStore store = RocksDbStore.in(folder)
                .queueCapacity(1)
                .timeLimit(Duration.ofSeconds(30))
                .open()) {
            List<CompletionStage<Acquisition>> told = new ArrayList<>();
            try (Stalled stalled = new Stalled(store)) {
                for (int i = 0; i < 10; i++) {
                    told.add(store.acquireAsync(claim("k" + i)));
                }
                assertThat(stalled.change().isAnswered()).isFalse();
                assertThat(told).noneMatch(stage -> stage.toCompletableFuture().isDone());
            }
            assertThat(told)
                    .allSatisfy(stage -> assertThat(stage)
                            .succeedsWithin(Duration.ofSeconds(30))
                            .isInstanceOf(Acquisition.Acquired.class));
        }
    }

    @Test
    void what_is_written_and_not_yet_durable_is_not_visible_S19() throws Exception {
        StoreFolder opened = StoreFolder.open(folder);
        Records records = Examples.records(opened, changed -> {});
        byte[] key = Keys.of(id("k"));
        Change<Acquisition> claim = new Change<>(batch -> batch.change(
                id("k"), key, (present, now) -> Transition.acquire(present, claim("k"), now, records::nextToken)));

        Written claimed = Examples.write(records, claim);
        assertThat(records.find(id("k"), key)).isNull();
        records.sync(List.of(claimed));
        Lease lease = ((Acquisition.Acquired) claim.await()).lease();
        Written completed = Examples.write(
                records,
                new Change<>(batch -> batch.change(
                        id("k"),
                        key,
                        (present, now) -> Transition.complete(
                                present, lease, Examples.response("done"), Examples.RETENTION, now))));

        assertThat(records.find(id("k"), key))
                .isNotNull()
                .extracting(OperationRecord::state)
                .isInstanceOf(Running.class);
        records.sync(List.of(completed));
        assertThat(records.find(id("k"), key))
                .isNotNull()
                .extracting(OperationRecord::state)
                .isInstanceOf(Completed.class);
        records.close();
        opened.close();
    }

    /** As when the disk takes long to sync: what would have to wait behind it is refused while nothing of it is written. */
    @Test
    void what_finds_no_place_on_the_way_to_the_disk_is_not_written() throws Exception {
        try (StoreFolder opened = StoreFolder.open(folder)) {
            Records records = new Records(opened, InstantSource.system(), 1, Duration.ofMillis(100), changed -> {});
            Change<Acquisition> first = Examples.acquire(records, claim("first"));
            Written written = Examples.write(records, first);

            assertThatThrownBy(() -> Examples.write(records, Examples.acquire(records, claim("second"))))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("has not taken what was written for 100 ms");

            records.sync(List.of(written));
            assertThat(first.await()).isInstanceOf(Acquisition.Acquired.class);
            Change<Acquisition> third = Examples.acquire(records, claim("third"));
            records.sync(List.of(Examples.write(records, third)));
            assertThat(third.await()).isInstanceOf(Acquisition.Acquired.class);
            assertThat(records.live()).containsOnlyKeys(id("first"), id("third"));
            records.close();
        }
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            assertThat(store.find(id("second"))).isEmpty();
        }
    }

    /** A change that keeps the writer busy until it is closed. */
    private static final class Stalled implements AutoCloseable {
        private final CountDownLatch over = new CountDownLatch(1);
        private final Change<Boolean> change;

        private Stalled(RocksDbStore store) {
            CountDownLatch begun = new CountDownLatch(1);
            change = store.submit(batch -> {
                begun.countDown();
                awaitUninterruptibly(over);
                return true;
            });
            awaitUninterruptibly(begun);
        }

        private Change<Boolean> change() {
            return change;
        }

        private static void awaitUninterruptibly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            over.countDown();
        }
    }
}
