package dev.reprise.client.spi;

import dev.reprise.client.RetryReport;
import java.time.Duration;

/** What a call does after an attempt. */
public sealed interface NextStep {
    /**
     * There is another attempt.
     *
     * @param delay after that time
     */
    record Again(Duration delay) implements NextStep {}

    /**
     * The call ends with what this attempt brought.
     *
     * @param report how it went
     */
    record Done(RetryReport report) implements NextStep {}
}
