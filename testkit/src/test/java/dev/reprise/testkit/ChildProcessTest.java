package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process prints is seen, however short its life. */
class ChildProcessTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void the_last_line_is_seen_of_a_process_that_ends_with_it() throws Exception {
        for (int i = 0; i < 300; i++) {
            try (ChildProcess process = ChildProcess.start(List.of("sh", "-c", "echo first; echo last"))) {
                assertThat(process.awaitLine("last"::equals, LONG)).isEqualTo("last");
            }
        }
    }

    @Test
    void a_process_that_ends_without_the_line_is_not_waited_for() throws Exception {
        try (ChildProcess process = ChildProcess.start(List.of("sh", "-c", "echo other"))) {
            assertThatThrownBy(() -> process.awaitLine("line"::equals, LONG))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the output ended")
                    .hasMessageContaining("other");
        }
    }

    @Test
    void a_process_that_goes_on_without_the_line_is_waited_for_as_long_as_was_said() throws Exception {
        try (ChildProcess process = ChildProcess.start(List.of("sleep", "60"))) {
            assertThatThrownBy(() -> process.awaitLine("line"::equals, Duration.ofMillis(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("after PT0.02S");
            assertThat(process.isAlive()).isTrue();
        }
    }
}
