package dev.reprise.herd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.RetryPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HerdTest {
    @TempDir
    private Path folder;

    @Test
    void the_same_seed_gives_the_same_figures() {
        assertThat(print("--clients=2000", "--capacity=300"))
                .isEqualTo(print("--clients=2000", "--capacity=300"))
                .isNotEqualTo(print("--clients=2000", "--capacity=300", "--seed=2"));
    }

    @Test
    void jitter_and_budget_each_spare_the_server_C3_C6() {
        Scenario scenario = new Scenario(
                20_000,
                Duration.ofSeconds(10),
                3000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                1);
        Map<String, HerdOutcome> outcomes = RetryStyle.all(
                        RetryPolicy.considerate().withMaxAttempts(10))
                .stream()
                .map(variant -> Herd.run(scenario, variant))
                .collect(Collectors.toMap(outcome -> outcome.variant().name(), outcome -> outcome));

        assertThat(outcomes).hasSize(10);
        assertThat(outcome(outcomes, "full jitter").peak())
                .isLessThan(outcome(outcomes, "exponential").peak() / 3);
        assertThat(outcome(outcomes, "full jitter").lost())
                .as("operations given up, of those that were retried without a pause")
                .isLessThan(outcome(outcomes, "no backoff").lost() / 10);
        assertThat(outcome(outcomes, "no backoff, budget").sent())
                .isLessThan(outcome(outcomes, "no backoff").sent() * 8 / 10);
        assertThat(outcomes.values())
                .allSatisfy(outcome -> assertThat(outcome.wasted()).isLessThanOrEqualTo(outcome.sent()));
    }

    @Test
    void a_chart_and_a_csv_file_are_written() throws Exception {
        Path chart = folder.resolve("herd.png");
        Path csv = folder.resolve("herd.csv");
        print("--clients=500", "--capacity=100", "--chart=" + chart, "--csv=" + csv);

        assertThat(ImageIO.read(chart.toFile()).getWidth()).isEqualTo(1200);
        assertThat(Files.readAllLines(csv))
                .hasSize(1 + 10 * 850)
                .anyMatch(line -> line.startsWith("12.3,\"full jitter, budget\","));
    }

    @Test
    void what_makes_no_sense_is_refused() {
        StringWriter error = new StringWriter();
        int code = new CommandLine(new HerdCommand())
                .setErr(new PrintWriter(error))
                .execute("--clients=0");

        assertThat(code).isEqualTo(2);
        assertThat(error.toString()).contains("clients is from 1 to");
    }

    @Test
    void events_come_in_the_order_of_time() {
        EventQueue events = new EventQueue();
        IntStream.range(0, 5000).forEach(i -> events.add((i * 7919L) % 5003, i));
        long last = -1;
        while (!events.isEmpty()) {
            assertThat(events.nextMicros()).isGreaterThanOrEqualTo(last);
            last = events.nextMicros();
            assertThat((events.take() * 7919L) % 5003).isEqualTo(last);
        }
    }

    private static HerdOutcome outcome(Map<String, HerdOutcome> outcomes, String name) {
        return Objects.requireNonNull(outcomes.get(name), name);
    }

    private static String print(String... arguments) {
        StringWriter out = new StringWriter();
        assertThat(new CommandLine(new HerdCommand())
                        .setOut(new PrintWriter(out))
                        .execute(arguments))
                .isZero();
        return out.toString();
    }
}
