package dev.reprise.store.rocksdb;

import static dev.reprise.store.rocksdb.Examples.acquire;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.spi.LeaseStatus;
import dev.reprise.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A purge goes on where the last one stopped, and leaves nothing that has expired. */
@SuppressWarnings("NullAway.Init")
class PurgeTest {
    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private RocksDbStore store;

    @BeforeEach
    void open() {
        store = RocksDbStore.in(folder).clock(clock).open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void complete(String key, Duration retention) {
        assertThat(store.complete(acquire(store, key), Examples.response(key), retention))
                .isEqualTo(LeaseStatus.HELD);
    }

    @Test
    void what_comes_behind_the_place_where_the_last_one_stopped_is_found() {
        complete("first", Duration.ofSeconds(10));
        clock.advance(Duration.ofSeconds(20));
        assertThat(store.purgeExpired(10)).isEqualTo(1);

        clock.advance(Duration.ofSeconds(-15));
        complete("behind", Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(15));

        assertThat(store.purgeExpired(10)).isEqualTo(1);
        assertThat(store.purgeExpired(10)).isZero();
    }

    @Test
    void what_was_left_of_an_entry_is_found_by_the_next_one() {
        for (int i = 0; i < 3; i++) {
            complete("k" + i, Duration.ofSeconds(10));
        }
        complete("later", Duration.ofSeconds(11));
        clock.advance(Duration.ofSeconds(20));

        for (int i = 0; i < 4; i++) {
            assertThat(store.purgeExpired(1)).isEqualTo(1);
        }
        assertThat(store.purgeExpired(1)).isZero();
    }
}
