package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.testkit.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed as {@code kill -9} does while it writes: what it was told is durable, is (S19). */
class KillTest {
    private static final int ROUNDS = "full".equals(System.getProperty("reprise.proof")) ? 100 : 4;

    @TempDir
    private Path folder;

    @Test
    void nothing_acknowledged_is_lost() throws Exception {
        Map<String, String> acknowledged = new HashMap<>();
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            int lines = 500 + random.nextInt(5_000);
            try (ChildProcess process =
                    ChildProcess.java(StoreUser.class, List.of(), List.of(folder.toString(), "round-" + round + "-"))) {
                process.awaitLine(line -> process.output().size() > lines, Duration.ofSeconds(60));
                process.kill();
                for (String line : process.output()) {
                    String[] words = line.split(" ", -1);
                    if (words.length == 2) {
                        acknowledged.put(words[1], words[0]);
                    }
                }
            }
            try (RocksDbStore store = RocksDbStore.in(folder).open()) {
                acknowledged.forEach((key, last) -> verify(store, key, last));
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(ROUNDS * 100);
    }

    private static void verify(RocksDbStore store, String key, String last) {
        OperationState state =
                store.find(Examples.id(key)).map(record -> record.state()).orElse(null);
        switch (last) {
            case "completed" ->
                assertThat(state)
                        .as(key)
                        .isInstanceOfSatisfying(
                                Completed.class,
                                completed -> assertThat(completed.response()).isEqualTo(Examples.response(key)));
            case "parked" ->
                assertThat(state)
                        .as(key)
                        .isInstanceOfSatisfying(
                                Unknown.class,
                                unknown -> assertThat(unknown.reason()).isEqualTo(key));
            case "released" -> assertThat(state).as(key).isNull();
            case "claimed" -> {
                // What came next may have been written and not yet told; releasing makes the key new.
                if (Math.floorMod(key.hashCode(), 8) != 1) {
                    assertThat(state).as(key).isNotNull();
                }
            }
            default -> throw new AssertionError(last);
        }
    }
}
