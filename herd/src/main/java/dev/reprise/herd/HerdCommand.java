package dev.reprise.herd;

import dev.reprise.client.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code herd}: simulates a scenario for each way to retry, and reports. */
@Command(
        name = "herd",
        description = "Simulates what many clients do to a server that was down, for each way to back off.",
        sortOptions = false)
public final class HerdCommand implements Callable<Integer> {
    @Option(
            names = "--clients",
            paramLabel = "NUMBER",
            defaultValue = "100000",
            description = "How many clients there are. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--thinking",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long each pauses between two calls, on average. Default: ${DEFAULT-VALUE}.")
    private int thinking;

    @Option(
            names = "--capacity",
            paramLabel = "CALLS",
            defaultValue = "15000",
            description = "How many calls the server can answer in a second. Default: ${DEFAULT-VALUE}.")
    private double capacity;

    @Option(
            names = "--outage",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "How long the server is down. Default: ${DEFAULT-VALUE}.")
    private int outage;

    @Option(
            names = "--after",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long it is watched afterwards. Default: ${DEFAULT-VALUE}.")
    private int after;

    @Option(
            names = "--attempts",
            paramLabel = "NUMBER",
            defaultValue = "10",
            description = "How often a call is tried at most. Default: ${DEFAULT-VALUE}.")
    private int attempts;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "The same seed gives the same figures. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--chart", paramLabel = "FILE", description = "Draws the calls over time into this PNG file.")
    private @Nullable Path chart;

    @Option(names = "--csv", paramLabel = "FILE", description = "Writes the calls over time into this CSV file.")
    private @Nullable Path csv;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** For the command line, which fills in the options. */
    public HerdCommand() {}

    @Override
    public Integer call() {
        Scenario scenario;
        RetryPolicy policy;
        try {
            scenario = new Scenario(
                    clients,
                    Duration.ofSeconds(thinking),
                    capacity,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(outage),
                    Duration.ofSeconds(after),
                    seed);
            policy = RetryPolicy.considerate().withMaxAttempts(attempts);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        List<HerdOutcome> outcomes = RetryStyle.all(policy).stream()
                .map(variant -> Herd.run(scenario, variant))
                .toList();
        HerdReport report = new HerdReport(scenario, outcomes);
        report.print(spec.commandLine().getOut());
        spec.commandLine().getOut().flush();
        try {
            if (chart != null) {
                report.writeChart(chart);
            }
            if (csv != null) {
                report.writeCsv(csv);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The report cannot be written: " + e.getMessage(), e);
        }
        return 0;
    }
}
