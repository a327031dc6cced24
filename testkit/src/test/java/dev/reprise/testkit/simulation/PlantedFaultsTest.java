package dev.reprise.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.FullProof;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation is worth what it catches: each planted fault is found within so many seeds. To save time the seed that is
 * known to find it comes first, and the others only when that one has stopped to, or in the full proof.
 */
class PlantedFaultsTest {
    private static final int SEEDS = 20_000;
    private static final Logger ENGINE = Logger.getLogger("dev.reprise");

    @TempDir
    private Path folder;

    static List<PlantedFault> faults() {
        return PlantedFaults.all();
    }

    @BeforeAll
    static void beQuiet() {
        ENGINE.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        ENGINE.setLevel(null);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void is_found(PlantedFault fault) throws Exception {
        FaultyCode code = FaultyCode.with(fault, folder);
        @SuppressWarnings("unchecked")
        Function<String, String> run = (Function<String, String>) code.loadClass(PlantedRun.class.getName())
                .getDeclaredConstructor()
                .newInstance();

        String found = run.apply(
                fault.store() + "\t" + (FullProof.WANTED ? -1 : fault.seed()) + "\t" + SEEDS + "\t" + fault.rule());

        assertThat(found).as("the seed, the number of faults, and the rule").isNotEmpty();
        System.out.println("| " + fault.name() + " | " + found.replace("\t", " | ") + " |");
    }
}
