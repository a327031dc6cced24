package dev.reprise.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.memory.MemoryStore;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nothing happens twice and nothing is lost, whatever fails together (S4, S15, S16, S19, S27, S29, S32, S33). */
class SimulationTest {
    private static final long SEEDS = FullProof.WANTED ? 1_000_000 : 3_000;
    private static final Logger ENGINE = Logger.getLogger("dev.reprise");

    @BeforeAll
    static void beQuiet() {
        ENGINE.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        ENGINE.setLevel(null);
    }

    @Test
    void the_leased_engine_keeps_its_promises_when_faults_come_together() {
        assertThat(Simulation.of(MemoryStore::new).run(0, SEEDS)).isEmpty();
    }

    @Test
    void the_leased_engine_keeps_its_promises_where_tokens_are_ordered_only_within_an_operation() {
        assertThat(Simulation.of(TokensByOperationStore::new).run(0, SEEDS)).isEmpty();
    }

    @Test
    void the_leased_engine_keeps_its_promises_when_nobody_waits_for_its_store() {
        assertThat(Simulation.async(MemoryStore::new).run(0, FullProof.WANTED ? SEEDS : SEEDS / 2))
                .isEmpty();
    }

    @Test
    void the_transactional_engine_keeps_its_promises_when_faults_come_together() {
        assertThat(Simulation.transactional().run(0, SEEDS)).isEmpty();
    }

    @Test
    void operations_in_steps_are_carried_through_when_faults_come_together_P2_P3_P4_P6_P7_P9_P10() {
        assertThat(Simulation.resumable().run(0, FullProof.WANTED ? SEEDS / 2 : SEEDS / 3))
                .isEmpty();
    }

    @Test
    void the_same_seed_tells_the_same_story_to_the_byte_also_in_another_process() throws Exception {
        String here = StoriesOfSeeds.digest();
        assertThat(StoriesOfSeeds.digest()).isEqualTo(here);

        try (ChildProcess child = ChildProcess.java(StoriesOfSeeds.class, List.of("-Xint"), List.of())) {
            child.awaitLine(line -> line.equals(here), Duration.ofMinutes(1));
        }
    }

    /** What happens in some runs, as a number. */
    static final class StoriesOfSeeds {
        private static final int SEEDS = 25;

        private StoriesOfSeeds() {}

        public static void main(String[] arguments) {
            beQuiet();
            System.out.println(digest());
        }

        static String digest() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (Simulation simulation : List.of(
                        Simulation.of(MemoryStore::new),
                        Simulation.async(MemoryStore::new),
                        Simulation.transactional(),
                        Simulation.resumable())) {
                    for (long seed = 0; seed < SEEDS; seed++) {
                        digest.update(String.join("\n", simulation.story(seed)).getBytes(UTF_8));
                    }
                }
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
