package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ChildProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class MemoryGuardTest {
    /** A process that runs out of memory in one of its threads, while another waits for that one. */
    static final class HalfDead {
        private HalfDead() {}

        public static void main(String[] arguments) throws InterruptedException {
            MemoryGuard.install();
            CountDownLatch never = new CountDownLatch(1);
            if (arguments[0].equals("broken")) {
                Thread.ofVirtual().start(() -> {
                    throw new OutOfMemoryError("Cannot reserve bytes of direct buffer memory");
                });
                never.await();
            }
            Thread failing = Thread.ofVirtual().start(() -> {
                throw new StackOverflowError();
            });
            failing.join();
            System.out.println("goes on");
        }
    }

    @Test
    void a_process_that_has_run_out_of_memory_ends_and_says_so() throws Exception {
        try (ChildProcess process = ChildProcess.java(HalfDead.class, List.of(), List.of("broken"))) {
            process.awaitLine(line -> line.contains("has run out of memory"), Duration.ofSeconds(60));

            assertThat(process.awaitExit(Duration.ofSeconds(60))).isEqualTo(3);
        }
    }

    @Test
    void another_failure_of_a_thread_ends_no_process() throws Exception {
        try (ChildProcess process = ChildProcess.java(HalfDead.class, List.of(), List.of("fine"))) {
            process.awaitLine(line -> line.contains("goes on"), Duration.ofSeconds(60));

            assertThat(process.awaitExit(Duration.ofSeconds(60))).isZero();
        }
    }
}
