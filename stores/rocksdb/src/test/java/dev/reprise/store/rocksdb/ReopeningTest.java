package dev.reprise.store.rocksdb;

import static dev.reprise.store.rocksdb.Examples.acquire;
import static dev.reprise.store.rocksdb.Examples.claim;
import static dev.reprise.store.rocksdb.Examples.complete;
import static dev.reprise.store.rocksdb.Examples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.store.rocksdb.RocksDatabase.Table;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.SettableClock;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder still holds after it was closed and opened again. */
class ReopeningTest {
    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();

    private RocksDbStore open() {
        return RocksDbStore.in(folder).clock(clock).open();
    }

    @Test
    void finished_and_unknown_records_are_as_they_were() {
        OperationRecord finished;
        OperationRecord unknown;
        try (RocksDbStore store = open()) {
            complete(store, "finished");
            store.park(acquire(store, "unknown"), "upstream died");
            finished = store.find(id("finished")).orElseThrow();
            unknown = store.find(id("unknown")).orElseThrow();
        }
        try (RocksDbStore store = open()) {
            assertThat(store.find(id("finished"))).contains(finished);
            assertThat(store.find(id("unknown"))).contains(unknown);
            assertThat(finished.state()).isInstanceOf(Completed.class);
            assertThat(unknown.state()).isInstanceOf(Unknown.class);
        }
    }

    @Test
    void running_operations_are_abandoned_at_once_because_their_process_is_gone() {
        try (RocksDbStore store = open()) {
            acquire(store, "k");
        }
        try (RocksDbStore store = open()) {
            Acquisition.Existing existing = (Acquisition.Existing) store.acquire(claim("k"));

            assertThat(existing.record().abandonedAt(existing.now())).isTrue();
            assertThat(store.acquire(claim("k").takingOverFrom(existing.record().token())))
                    .isInstanceOf(Acquisition.Acquired.class);
        }
    }

    @Test
    void released_operations_stay_released() {
        try (RocksDbStore store = open()) {
            store.release(acquire(store, "k"));
        }
        try (RocksDbStore store = open()) {
            assertThat(store.find(id("k"))).isEmpty();
        }
    }

    @Test
    void tokens_go_on_growing() {
        FencingToken last = FencingToken.NONE;
        for (int i = 0; i < 5; i++) {
            try (RocksDbStore store = open()) {
                Lease lease = acquire(store, "k");
                assertThat(lease.token()).isGreaterThan(last);
                last = lease.token();
                store.release(lease);
            }
        }
    }

    @Test
    void a_renewed_lease_is_abandoned_all_the_same() {
        try (RocksDbStore store = open()) {
            assertThat(store.renew(acquire(store, "k"))).isEqualTo(LeaseStatus.HELD);
        }
        try (RocksDbStore store = open()) {
            assertThat(store.find(id("k")).orElseThrow().abandonedAt(clock.instant()))
                    .isTrue();
        }
    }

    @Test
    void retention_goes_on_counting() {
        try (RocksDbStore store = open()) {
            complete(store, "k");
        }
        clock.advance(Examples.RETENTION);
        try (RocksDbStore store = open()) {
            assertThat(store.find(id("k"))).isEmpty();
            assertThat(store.purgeExpired(10)).isEqualTo(1);
        }
    }

    @Test
    void the_journal_stays_short_and_knows_exactly_what_runs() throws Exception {
        int operations = 60_000;
        try (RocksDbStore store = open()) {
            AtomicInteger next = new AtomicInteger();
            Parallel.run(256, () -> {
                for (int i = next.getAndIncrement(); i < operations; i = next.getAndIncrement()) {
                    Lease lease = acquire(store, "key-" + i);
                    if (i % 1_000 != 0) {
                        store.complete(lease, Examples.response("x"), Examples.RETENTION);
                    }
                }
                return true;
            });
        }
        try (RocksDbStore store = open()) {
            assertThat(store.list(OperationQuery.of(EnumSet.of(OperationState.Kind.RUNNING), operations))
                            .items())
                    .hasSize(operations / 1_000)
                    .allSatisfy(record -> assertThat(record.state()).isInstanceOf(Running.class));
        }
        assertThat(journalBytes()).isLessThan(12L << 20);
    }

    private long journalBytes() throws Exception {
        try (RocksDatabase database = RocksDatabase.open(folder.resolve("db"), false)) {
            long[] bytes = {0};
            database.scan(Table.JOURNAL, new byte[0], null, (key, value) -> {
                bytes[0] += value.length;
                return true;
            });
            return bytes[0];
        }
    }
}
