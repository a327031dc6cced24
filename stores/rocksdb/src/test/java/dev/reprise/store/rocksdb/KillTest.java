package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed as {@code kill -9} does while it writes: what it was told is durable, is (S19). */
class KillTest {
    private static final int ROUNDS = FullProof.WANTED ? 100 : 4;

    @TempDir
    private Path folder;

    @Test
    void nothing_acknowledged_is_lost() throws Exception {
        Acknowledged acknowledged = new Acknowledged();
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            int lines = 500 + random.nextInt(5_000);
            try (ChildProcess process =
                    ChildProcess.java(StoreUser.class, List.of(), List.of(folder.toString(), "round-" + round + "-"))) {
                process.awaitLine(line -> process.output().size() > lines, Duration.ofSeconds(60));
                process.kill();
                assertThat(process.output()).noneMatch(line -> line.startsWith("refused") || line.startsWith("lost"));
                acknowledged.add(process.output());
            }
            try (RocksDbStore store = RocksDbStore.in(folder).open()) {
                acknowledged.verify(store);
            }
        }
        assertThat(acknowledged.size()).isGreaterThan(ROUNDS * 100);
    }
}
