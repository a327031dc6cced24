package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.spi.StoreException;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk has no room left: nothing acknowledged is lost (S19), and callers are told so instead of hanging (S22). */
class FullDiskTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void writes_are_refused_and_reads_go_on_until_there_is_room_again_S19_S22() throws Exception {
        Acknowledged acknowledged = new Acknowledged();
        try (SmallDisk disk = SmallDisk.mount(folder, "256m")) {
            Path path = disk.root().resolve("store");
            try (ChildProcess user = ChildProcess.java(StoreUser.class, List.of(), List.of(path.toString(), "k"))) {
                awaitMore(user, "completed", 2_000);
                // First the log finds no room, and then, since there is some for it, the tables that follow it.
                for (long left : List.of(0L, 48L << 20)) {
                    disk.fill(left);
                    awaitMore(user, "refused", 500);
                    awaitMore(user, "read", 500);
                    disk.free();
                    awaitMore(user, "completed", 2_000);
                }
                disk.fill(0);
                awaitMore(user, "refused", 100);
                user.kill();

                assertThat(user.output())
                        .noneMatch(line -> line.startsWith("lost"))
                        .filteredOn(line -> line.startsWith("refused"))
                        .allSatisfy(line -> assertThat(line)
                                .contains(path.toString())
                                .contains("room")
                                .contains("the store goes on by itself"));
                acknowledged.add(user.output());
            }
            disk.fill(0);
            assertThatThrownBy(() -> RocksDbStore.in(path).open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("see that its disk has room");
            disk.free();
            try (RocksDbStore store = RocksDbStore.in(path).open()) {
                acknowledged.verify(store);
            }
        }
    }

    @Test
    void a_folder_that_was_only_half_made_is_finished_when_there_is_room_again() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder, "64m")) {
            Path path = disk.root().resolve("store");
            disk.fill(0);
            assertThatThrownBy(() -> RocksDbStore.in(path).open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("No space left");
            disk.free();
            try (RocksDbStore store = RocksDbStore.in(path).open()) {
                Examples.complete(store, "k");
            }
        }
    }

    private static void awaitMore(ChildProcess process, String word, int more) {
        long wanted = more
                + process.output().stream()
                        .filter(line -> line.startsWith(word))
                        .count();
        int[] seen = new int[1];
        process.awaitLine(line -> line.startsWith(word) && ++seen[0] >= wanted, LIMIT);
    }
}
