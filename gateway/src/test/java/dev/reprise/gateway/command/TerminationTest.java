package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TerminationTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicInteger code = new AtomicInteger(-1);

    private Termination ending(Duration atMost) {
        return new Termination(atMost, code::set, new PrintStream(printed, true));
    }

    @Test
    void comes_when_the_work_is_done() {
        Termination ending = ending(Duration.ofMinutes(1));
        ending.run(() -> {});
        ending.watch();

        assertThat(code).hasValue(-1);
    }

    @Test
    void comes_all_the_same_when_something_does_not_stop() {
        ending(Duration.ofMillis(10)).watch();

        assertThat(code).hasValue(1);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("did not stop");
    }
}
