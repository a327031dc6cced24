package dev.reprise.store.rocksdb;

import static dev.reprise.store.rocksdb.Examples.claim;
import static dev.reprise.store.rocksdb.Examples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Transition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Something is thrown between the moment at which changes are taken and the one at which they are answered. Their callers
 * fail then, and memory says what the disk says, whatever was thrown and where.
 */
class ThrownTest {
    @TempDir
    private Path folder;

    /** Where something is thrown. */
    enum Place {
        /** By a change behind others of the same batch. */
        CHANGE,
        /** When the batch begins. */
        CLOCK,
        /** When the batch is written and should go on to the syncer. */
        HAND_OVER,
        /** When the batch is durable and becomes visible. */
        PUBLISHING
    }

    private static Stream<Arguments> placesAndThrowables() {
        return Stream.of(Place.values())
                .flatMap(place -> Stream.of(
                                new OutOfMemoryError("Cannot reserve 64 bytes of direct buffer memory"),
                                new StackOverflowError(),
                                new StoreException("4096 calls wait for the store already", null),
                                new IllegalStateException("a bug"))
                        .map(thrown -> Arguments.of(place, thrown)));
    }

    @ParameterizedTest
    @MethodSource("placesAndThrowables")
    void memory_says_what_the_disk_says_S19(Place place, Throwable thrown) {
        Map<String, OperationState.Kind> inMemory;
        try (Subject subject = new Subject(folder)) {
            subject.complete(claim("finished"));
            subject.acquire(claim("running"));
            Lease completed = subject.acquire(claim("completed"));
            Lease parked = subject.acquire(claim("parked"));
            Lease released = subject.acquire(claim("released"));
            Lease unknown = subject.acquire(claim("taken"));
            subject.perform(subject.parking(unknown)).await();

            subject.perform(
                    place,
                    thrown,
                    subject.completion(completed),
                    subject.parking(parked),
                    subject.release(released),
                    subject.acquisition(claim("claimed")),
                    subject.acquisition(claim("taken").takingOverFrom(unknown.token())));
            subject.complete(claim("next"));

            inMemory = subject.kinds();
        }
        try (Subject subject = new Subject(folder)) {
            assertThat(subject.kinds()).isEqualTo(inMemory);
            assertThat(inMemory)
                    .containsEntry("finished", OperationState.Kind.COMPLETED)
                    .containsEntry("running", OperationState.Kind.RUNNING)
                    .containsEntry("next", OperationState.Kind.COMPLETED)
                    .containsKeys("completed", "parked", "taken");
        }
    }

    /** A claim that nobody has must not hide the record of whoever claims and finishes later. */
    @ParameterizedTest
    @MethodSource("placesAndThrowables")
    void what_finished_later_is_not_hidden_after_a_restart_S19(Place place, Throwable thrown) {
        Claim claim = claim("k");
        try (Subject subject = new Subject(folder)) {
            subject.perform(place, thrown, subject.acquisition(claim));

            subject.complete(claim);

            assertThat(subject.kinds()).containsEntry("k", OperationState.Kind.COMPLETED);
        }
        try (Subject subject = new Subject(folder)) {
            assertThat(subject.kinds()).containsEntry("k", OperationState.Kind.COMPLETED);
        }
    }

    @Test
    void a_change_that_cannot_be_made_fails_alone() {
        try (Subject subject = new Subject(folder)) {
            Lease lease = subject.acquire(claim("k"));
            Change<LeaseStatus> failing = subject.change(
                    lease.id(),
                    (record, now) -> Transition.complete(
                            record, lease, Examples.response("done"), Duration.ofDays(1_000_000), now));
            Change<Acquisition> neighbour = subject.acquisition(claim("neighbour"));

            subject.perform(failing, neighbour);

            assertThat(neighbour.await()).isInstanceOf(Acquired.class);
            assertThatThrownBy(failing::await).isInstanceOf(StoreException.class);
            assertThat(subject.kinds())
                    .containsOnlyKeys("k", "neighbour")
                    .containsEntry("k", OperationState.Kind.RUNNING);
        }
    }

    /** Records in a folder, and the two threads that work on them, one after the other. */
    private static final class Subject implements AutoCloseable {
        private final StoreFolder folder;
        private final Records records;
        private @Nullable Place failing;
        private Throwable thrown = new AssertionError();

        private Subject(Path path) {
            folder = StoreFolder.open(path);
            records = new Records(folder, this::time, 4, Duration.ofSeconds(10), changed -> fail(Place.PUBLISHING));
        }

        private Instant time() {
            fail(Place.CLOCK);
            return Instant.now();
        }

        /** Throws what is to be thrown here, once. */
        private void fail(Place place) {
            if (failing == place) {
                failing = null;
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) thrown;
            }
        }

        private void perform(Place place, Throwable what, Change<?>... changes) {
            Change<Boolean> last = new Change<>(batch -> {
                fail(Place.CHANGE);
                return true;
            });
            failing = place;
            thrown = what;
            List<Change<?>> all = new ArrayList<>(List.of(changes));
            all.add(last);
            perform(all, written -> fail(Place.HAND_OVER));
            assertThat(failing).as("still to be thrown").isNull();
            assertThatThrownBy(last::await).isInstanceOf(StoreException.class);
        }

        private void perform(Change<?>... changes) {
            perform(List.of(changes), written -> {});
        }

        private <R> Change<R> perform(Change<R> change) {
            perform(List.of(change), written -> {});
            return change;
        }

        /** As the stages do it: what is thrown fails what they have taken. */
        private void perform(List<Change<?>> changes, Consumer<Written> handOver) {
            try {
                List<Written> written = new ArrayList<>();
                records.write(changes, batch -> {
                    handOver.accept(batch);
                    written.add(batch);
                });
                records.sync(written);
            } catch (Throwable e) {
                changes.forEach(change -> change.fail(e));
            }
        }

        private Change<Acquisition> acquisition(Claim claim) {
            return Examples.acquire(records, claim);
        }

        private Lease acquire(Claim claim) {
            return ((Acquired) perform(acquisition(claim)).await()).lease();
        }

        private void complete(Claim claim) {
            assertThat(perform(completion(acquire(claim))).await()).isEqualTo(LeaseStatus.HELD);
        }

        private Change<LeaseStatus> completion(Lease lease) {
            return change(
                    lease.id(),
                    (record, now) ->
                            Transition.complete(record, lease, Examples.response("done"), Examples.RETENTION, now));
        }

        private Change<LeaseStatus> parking(Lease lease) {
            return change(lease.id(), (record, now) -> Transition.park(record, lease, "?", now));
        }

        private Change<LeaseStatus> release(Lease lease) {
            return change(lease.id(), (record, now) -> Transition.release(record, lease));
        }

        private Change<LeaseStatus> change(OperationId id, Batch.Rule<LeaseStatus> rule) {
            return new Change<>(batch -> batch.change(id, Keys.of(id), rule));
        }

        /** What a listing shows, which look-ups have to agree with. */
        private Map<String, OperationState.Kind> kinds() {
            EnumSet<OperationState.Kind> all = EnumSet.allOf(OperationState.Kind.class);
            Map<String, OperationState.Kind> kinds = new TreeMap<>();
            new RecordListing(OperationQuery.of(all, 100), records)
                    .find()
                    .items()
                    .forEach(record ->
                            kinds.put(record.id().key().value(), record.state().kind()));
            for (String key : List.of("completed", "parked", "released", "claimed", "taken", "k")) {
                var found = records.find(id(key), Keys.of(id(key)));
                assertThat(found == null ? null : found.state().kind()).as(key).isEqualTo(kinds.get(key));
            }
            return kinds;
        }

        @Override
        public void close() {
            records.close();
            folder.close();
        }
    }
}
