package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that have little memory. */
class MemoryTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    /** The benchmark ManyUnknown does it with five million in 256 MB. */
    @Test
    void the_heap_does_not_grow_with_the_number_of_unknown_operations() throws Exception {
        for (int more : List.of(80_000, 0)) {
            try (ChildProcess user = ChildProcess.java(
                    UnknownUser.class,
                    List.of("-Xmx32m", "-XX:+ExitOnOutOfMemoryError"),
                    List.of(folder.toString(), Integer.toString(more)))) {
                assertThat(user.awaitLine(line -> line.startsWith("listed"), LIMIT))
                        .isEqualTo("listed 80000");
                assertThat(user.awaitExit(LIMIT)).isZero();
            }
        }
    }

    /** Responses are larger than all direct memory that there is. */
    @Test
    void reads_and_writes_take_no_direct_memory() throws Exception {
        Acknowledged acknowledged = new Acknowledged();
        try (ChildProcess user =
                ChildProcess.java(StoreUser.class, List.of("-XX:MaxDirectMemorySize=4k"), List.of(folder.toString()))) {
            user.awaitLine(line -> user.output().size() > 1_000, LIMIT);
            user.kill();
            assertThat(user.output()).noneMatch(line -> line.startsWith("refused") || line.startsWith("lost"));
            acknowledged.add(user.output());
        }
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            acknowledged.verify(store);
        }
    }
}
