package dev.reprise.store.rocksdb;

import static dev.reprise.store.rocksdb.Examples.acquire;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.FencingToken;
import dev.reprise.OperationState;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.support.Transition;
import dev.reprise.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** What a purge has found, just before it deletes that. */
    private Overdue foundExpired(String key) {
        complete(key, Duration.ofSeconds(10));
        clock.advance(Duration.ofSeconds(20));
        Overdue found = store.overdue(Expiries.Entry.FIRST, 10);
        assertThat(found.records()).contains(Examples.id(key));
        return found;
    }

    private void assertLeft(String key, Overdue found) {
        assertThat(store.change(batch -> Purge.of(batch, found, 10)).purged()).isZero();
        assertThat(store.find(Examples.id(key)))
                .hasValueSatisfying(record -> assertThat(record.state()).isInstanceOf(OperationState.Completed.class));
    }

    @Test
    void what_was_done_anew_after_it_was_found_is_left() {
        Overdue found = foundExpired("k");
        complete("k", Duration.ofHours(1));

        assertLeft("k", found);
    }

    @Test
    void what_was_done_anew_after_another_purge_is_left() {
        Overdue found = foundExpired("k");
        assertThat(store.purgeExpired(10)).isEqualTo(1);
        complete("k", Duration.ofHours(1));

        assertLeft("k", found);
    }

    @Test
    void what_was_found_between_its_change_and_the_write_of_that_is_left() {
        complete("k", Duration.ofSeconds(10));
        clock.advance(Duration.ofSeconds(20));
        Claim claim = Examples.claim("k");
        List<Acquisition> begun = new ArrayList<>();

        Overdue found = store.change(batch -> {
            begun.add(batch.change(
                    claim.id(),
                    Keys.of(claim.id()),
                    (present, now) -> Transition.acquire(present, claim, now, () -> new FencingToken(1L << 60))));
            return store.overdue(Expiries.Entry.FIRST, 10);
        });
        assertThat(found.records()).containsExactly(claim.id());
        Lease lease = ((Acquisition.Acquired) begun.getFirst()).lease();
        assertThat(store.complete(lease, Examples.response("k"), Duration.ofHours(1)))
                .isEqualTo(LeaseStatus.HELD);

        assertLeft("k", found);
    }

    @Test
    void what_is_begun_anew_in_the_same_batch_is_left() {
        Overdue found = foundExpired("k");
        Claim claim = Examples.claim("k");

        Purge.Step step = store.change(batch -> {
            batch.change(
                    claim.id(),
                    Keys.of(claim.id()),
                    (present, now) -> Transition.acquire(present, claim, now, () -> new FencingToken(1L << 60)));
            return Purge.of(batch, found, 10);
        });

        assertThat(step.purged()).isZero();
        assertThat(store.find(claim.id()))
                .hasValueSatisfying(record -> assertThat(record.state()).isInstanceOf(OperationState.Running.class));
    }

    @Test
    void what_others_have_changed_meanwhile_does_not_keep_the_rest_from_being_deleted() {
        complete("other", Duration.ofSeconds(10));
        Overdue found = foundExpired("k");
        complete("other", Duration.ofHours(1));

        Purge.Step first = store.change(batch -> Purge.of(batch, found, 10));

        assertThat(first).isEqualTo(new Purge.Step(0, found.entries().getFirst().entry()));
        assertThat(store.purgeExpired(10)).isEqualTo(1);
        assertThat(store.find(Examples.id("other"))).isPresent();
        assertThat(store.purgeExpired(10)).isZero();
    }
}
