package dev.reprise.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The soak in short, and without its times. */
class SoakTest {
    private static final int PERIODS = 5;
    private static final int PER_SECOND = 150;

    @TempDir
    private Path folder;

    @Test
    void a_gateway_keeps_nothing_of_expired_records_of_duplicates_and_of_a_service_that_restarts_S7_S16()
            throws Exception {
        Soak.Result result = Soak.run(folder, Duration.ofSeconds(3), PERIODS, PER_SECOND);

        assertThat(result.repeated()).as("effects that happened twice").isZero();
        assertThat(result.findings().wrongSoFar())
                .as(result.findings().toString())
                .isZero();
        assertThat(result.findings().replaysSoFar()).isPositive();
        assertThat(new SoakVerdict(result.periods()).complaints(false)).isEmpty();
    }

    @Test
    void what_grows_is_complained_about() {
        SoakPeriod early = new SoakPeriod(100, 0.7, 1, 2, 150, 20, 8, 100, 50, 10);
        SoakPeriod late = new SoakPeriod(100, 0.7, 1, 50, 300, 40, 32, 200, 90, 500);

        assertThat(new SoakVerdict(List.of(early, early, early, early, early, early)).complaints(true))
                .isEmpty();
        assertThat(new SoakVerdict(List.of(early, early, early, early, late, late)).complaints(true))
                .hasSize(7);
    }
}
