package dev.reprise.conformance.command;

import dev.reprise.conformance.CheckLimits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How much may be asked of the target. */
final class LimitOptions {
    @Option(
            names = "--max-requests",
            paramLabel = "NUMBER",
            defaultValue = "600",
            description = "The most requests in all. Default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--max-time",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            defaultValue = "5m",
            description = "The longest the check may take. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration total;

    @Option(
            names = "--rate",
            paramLabel = "NUMBER",
            defaultValue = "20",
            description = "The most requests per second on average. Default: ${DEFAULT-VALUE}.")
    private double perSecond;

    @Option(
            names = "--burst",
            paramLabel = "NUMBER",
            defaultValue = "50",
            description = "How many identical requests are sent at once. Default: ${DEFAULT-VALUE}.")
    private int burst;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            defaultValue = "15s",
            description = "The longest one request may take. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration timeout;

    @Option(
            names = "--max-response",
            paramLabel = "BYTES",
            defaultValue = "4194304",
            description = "The longest response body that is read. Default: ${DEFAULT-VALUE}.")
    private int responseBytes;

    /** @throws IllegalArgumentException if one of them allows nothing */
    CheckLimits limits() {
        return new CheckLimits(requests, total, perSecond, burst, timeout, responseBytes);
    }
}
