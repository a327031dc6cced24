package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.simulation.Simulation;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines on this store keep their promises when faults come together (S4, S15, S16, S27, S32, S33). */
class RocksDbSimulationTest {
    private static final int SEEDS = FullProof.WANTED ? 10_000 : 50;
    private static final Logger ENGINE = Logger.getLogger("dev.reprise");

    @TempDir
    private Path folder;

    @BeforeAll
    static void beQuiet() {
        ENGINE.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        ENGINE.setLevel(null);
    }

    @Test
    void nothing_happens_twice_and_nothing_is_lost_when_faults_come_together() {
        AtomicInteger runs = new AtomicInteger();
        Simulation simulation = Simulation.of(clock -> RocksDbStore.in(folder.resolve("run" + runs.incrementAndGet()))
                .clock(clock)
                .open());

        assertThat(simulation.run(0, SEEDS)).isEmpty();
    }
}
