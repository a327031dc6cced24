package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.Answer;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.RequestFingerprint;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.ChildProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/** Files of the database that a crash, a disk or somebody has damaged. */
class DamageTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /**
     * The damage of a power failure: the end of the log was not synced, so nobody was told that it is durable, and the
     * marker is as old as the file system made it.
     */
    @Test
    void a_log_whose_end_was_cut_off_keeps_everything_before_the_cut() throws Exception {
        List<String> completed = completedUntilKilled();
        Files.move(oldMarker(), folder.resolve("reprise-store"), StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel log = FileChannel.open(newest("log"), StandardOpenOption.WRITE)) {
            log.truncate(log.size() / 2);
        }

        verifyBeginning(completed);
    }

    @Test
    void a_damaged_log_that_hides_acknowledged_records_is_refused_unless_their_loss_is_accepted_S19() throws Exception {
        List<String> completed = completedUntilKilled();
        try (FileChannel log = FileChannel.open(newest("log"), StandardOpenOption.WRITE)) {
            log.write(ByteBuffer.wrap(new byte[1_000]), log.size() / 2);
        }

        assertThatThrownBy(() -> RocksDbStore.in(folder).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has lost records");

        Files.createFile(folder.resolve("accept-loss"));
        verifyBeginning(completed);
    }

    /** The marker as it was when the store had just been opened. */
    private Path oldMarker() {
        return folder.resolve("old-marker");
    }

    private List<String> completedUntilKilled() throws Exception {
        try (ChildProcess user = ChildProcess.java(StoreUser.class, List.of(), List.of(folder.toString()))) {
            user.awaitLine(line -> line.equals("acknowledged writes follow"), LIMIT);
            Files.copy(folder.resolve("reprise-store"), oldMarker());
            user.awaitLine(line -> user.output().size() > 2_000, LIMIT);
            user.kill();
            return user.output().stream()
                    .filter(line -> line.startsWith("completed"))
                    .map(line -> line.substring("completed ".length()))
                    .toList();
        }
    }

    private void verifyBeginning(List<String> completed) {
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            List<String> found = new ArrayList<>();
            for (String key : completed) {
                Optional<OperationRecord> record = store.find(Examples.id(key));
                if (record.isPresent() && record.get().state() instanceof Completed done) {
                    assertThat(done.response()).as(key).isEqualTo(StoreUser.response(key));
                    found.add(key);
                }
            }
            assertThat(found.size()).isBetween(completed.size() / 4, completed.size() * 3 / 4);
            // Callers that wrote together were told in any order.
            assertThat(found.subList(0, found.size() - 16)).isEqualTo(completed.subList(0, found.size() - 16));
            Examples.complete(store, "next");
        }
    }

    /** A log that is written over still ends in old records, which must not be taken for new ones. */
    @Test
    void nothing_acknowledged_is_lost_when_the_log_was_a_recycled_one_S19() throws Exception {
        Acknowledged acknowledged = new Acknowledged();
        try (ChildProcess user = ChildProcess.java(StoreUser.class, List.of(), List.of(folder.toString()))) {
            user.awaitLine(line -> line.startsWith("completed"), LIMIT);
            Map<Object, Path> logs = new HashMap<>();
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptionsInstanceOf(NoSuchFileException.class)
                    .until(() -> {
                        Path newest = newest("log");
                        Path known =
                                logs.put(Files.readAttributes(newest, "fileKey").get("fileKey"), newest);
                        // A new file may look like one that is gone, but it is not long from the start.
                        return known != null && !known.equals(newest) && Files.size(newest) > 5 << 20;
                    });
            user.kill();
            acknowledged.add(user.output());
        }
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            acknowledged.verify(store);
        }
    }

    @Test
    void a_missing_table_is_named_when_the_store_opens() throws Exception {
        Path lost = lose("sst");

        assertThatThrownBy(() -> RocksDbStore.in(folder).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(lost.getFileName().toString())
                .hasMessageContaining("see that its disk has room and that its files are whole");
    }

    /** Such a file is opened by the first who needs it. */
    @Test
    void a_missing_response_makes_calls_for_its_operation_fail_and_no_others_S22() throws Exception {
        Path lost = lose("blob");
        String name = lost.getFileName().toString();

        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            assertThatThrownBy(() -> store.find(Examples.id("k")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(name);
            assertThatThrownBy(() -> store.acquire(Examples.claim("k")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(name);
            assertNotExecuted(store);
            Examples.complete(store, "next");
        }
    }

    @Test
    void a_record_of_a_newer_release_is_not_executed_again() throws Exception {
        completeOne(folder);
        try (RocksDatabase database = RocksDatabase.open(folder.resolve("db"), false);
                WriteBatch batch = new WriteBatch()) {
            database.put(batch, RocksDatabase.Table.FINISHED, Keys.of(Examples.id("k")), new byte[] {99});
            database.write(batch);
            database.sync();
        }

        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            assertThatThrownBy(() -> store.find(Examples.id("k"))).hasMessageContaining("format 99");
            assertNotExecuted(store);
        }
    }

    /** Not even where that was chosen for a store that does not answer. */
    private static void assertNotExecuted(RocksDbStore store) {
        Operation operation = new Operation(
                Examples.id("k"),
                RequestFingerprint.Source.of(Examples.claim("k").fingerprint()),
                OperationPolicy.DEFAULT.withStoreFailure(OperationPolicy.StoreFailure.FAIL_OPEN));
        try (IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
            assertThat(engine.execute(operation, execution -> {
                        throw new AssertionError("executed");
                    }))
                    .isInstanceOf(Answer.Reject.class);
        }
    }

    @Test
    void a_damaged_file_never_makes_a_finished_operation_look_new() throws Exception {
        Path whole = folder.resolve("whole");
        completeOne(whole);
        int refusals = 0;
        for (Path file : files(whole, "{sst,blob}")) {
            Path damaged = folder.resolve("damaged-" + file.getFileName());
            StoreFiles.copy(whole, damaged);
            try (FileChannel channel =
                    FileChannel.open(damaged.resolve(whole.relativize(file)), StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[64]));
            }
            try (RocksDbStore store = RocksDbStore.in(damaged).open()) {
                assertThat(store.find(Examples.id("k"))).isPresent();
            } catch (StoreException refused) {
                refusals++;
            }
        }
        // At least for the table of finished operations and the file of their responses.
        assertThat(refusals).isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_change_that_cannot_read_its_record_does_not_fail_its_neighbours() throws Exception {
        Path lost = lose("blob");
        try (StoreFolder opened = StoreFolder.open(folder)) {
            Records records = Examples.records(opened, changed -> {});
            Change<Acquisition> damaged = Examples.acquire(records, Examples.claim("k"));
            Change<Acquisition> neighbour = Examples.acquire(records, Examples.claim("other"));

            records.sync(List.of(Examples.write(records, damaged, neighbour)));

            assertThat(neighbour.await()).isInstanceOf(Acquisition.Acquired.class);
            assertThatThrownBy(damaged::await)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(lost.getFileName().toString());
            records.close();
        }
    }

    private Path lose(String extension) throws IOException {
        completeOne(folder);
        Path lost = newest(extension);
        Files.delete(lost);
        return lost;
    }

    private static void completeOne(Path folder) {
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            store.complete(Examples.acquire(store, "k"), StoreUser.response("k"), Examples.RETENTION);
        }
        // The second opening turns the log into tables.
        RocksDbStore.in(folder).open().close();
    }

    private Path newest(String extension) throws IOException {
        return files(folder, extension).stream()
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new NoSuchFileException("*." + extension));
    }

    private static List<Path> files(Path folder, String extension) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder.resolve("db"), "*." + extension)) {
            stream.forEach(files::add);
        }
        return files;
    }
}
