package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Java program whose clock is wrong, and which waits as long as it means to. */
class ShiftedClockTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(longs = {120, -120})
    void a_program_has_another_time_and_waits_as_long_as_before(long ahead) throws IOException {
        ShiftedClock.unavailable().ifPresent(Assumptions::abort);
        List<String> command = ShiftedClock.command(
                Duration.ofSeconds(ahead), ChildProcess.javaCommand(Waiting.class, List.of(), List.of()));
        try (ChildProcess program = ChildProcess.start(command)) {
            assertThat(program.awaitExit(LIMIT)).isZero();
            assertThat(Instant.parse(program.output().get(0)))
                    .isCloseTo(Instant.now().plusSeconds(ahead), within(60, ChronoUnit.SECONDS));
            assertThat(Long.parseLong(program.output().get(1))).isBetween(1_000L, 30_000L);
        }
    }

    /** Waits for half a second in each of two ways. */
    static final class Waiting {
        public static void main(String[] arguments) throws InterruptedException {
            System.out.println(Instant.now());
            long start = System.nanoTime();
            LockSupport.parkNanos(500_000_000);
            Thread.sleep(500);
            System.out.println((System.nanoTime() - start + 999_999) / 1_000_000);
        }
    }
}
