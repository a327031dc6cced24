package dev.reprise.store.rocksdb;

import static dev.reprise.store.rocksdb.Examples.acquire;
import static dev.reprise.store.rocksdb.Examples.claim;
import static dev.reprise.store.rocksdb.Examples.complete;
import static dev.reprise.store.rocksdb.Examples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The system's clock is set while a store is open, or was wrong when it was opened (S28). */
class ClockTest {
    @TempDir
    private Path folder;

    private final SettableClock system = new SettableClock();

    private RocksDbStore open() {
        return RocksDbStore.in(folder).systemClock(system).open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT2M", "P3650D", "PT-2M", "P-3650D"})
    void a_clock_that_is_set_takes_over_no_live_handler_S16(Duration jump) {
        try (RocksDbStore store = open()) {
            Lease lease = acquire(store, "k");

            system.advance(jump);

            Acquisition.Existing existing = (Acquisition.Existing) store.acquire(claim("k"));
            assertThat(existing.record().abandonedAt(existing.now())).isFalse();
            assertThat(store.acquire(claim("k").takingOverFrom(lease.token())))
                    .isInstanceOf(Acquisition.Existing.class);
            assertThat(store.renew(lease)).isEqualTo(LeaseStatus.HELD);
        }
    }

    @Test
    void a_clock_that_is_set_forward_makes_no_finished_operation_new_S23() {
        try (RocksDbStore store = open()) {
            complete(store, "k");

            system.advance(Examples.RETENTION.multipliedBy(2));

            assertThat(store.purgeExpired(10)).isZero();
            assertThat(store.acquire(claim("k"))).isInstanceOf(Acquisition.Existing.class);
        }
    }

    @Test
    void an_operation_stays_abandoned_when_the_next_process_finds_the_clock_set_back() {
        try (RocksDbStore store = open()) {
            acquire(store, "k");
        }
        open().close();
        system.advance(Duration.ofDays(-1));
        try (RocksDbStore store = open()) {
            Acquisition.Existing existing = (Acquisition.Existing) store.acquire(claim("k"));

            assertThat(existing.record().abandonedAt(existing.now())).isTrue();
            assertThat(store.acquire(claim("k").takingOverFrom(existing.record().token())))
                    .isInstanceOf(Acquisition.Acquired.class);
        }
    }

    @Test
    void a_finished_operation_is_kept_at_least_for_its_retention_when_the_clock_is_set_back_between_processes_S23() {
        try (RocksDbStore store = open()) {
            complete(store, "k");
        }
        system.advance(Examples.RETENTION.negated());
        try (RocksDbStore store = open()) {
            assertThat(store.purgeExpired(10)).isZero();
            assertThat(store.find(id("k"))).isPresent();
        }
    }
}
