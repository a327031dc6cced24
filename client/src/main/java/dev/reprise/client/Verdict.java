package dev.reprise.client;

import java.time.Duration;

/** What a call does after an attempt. */
public sealed interface Verdict {
    /**
     * There is another attempt.
     *
     * @param delay after that time
     */
    record Again(Duration delay) implements Verdict {}

    /**
     * The call ends with what this attempt brought.
     *
     * @param report how it went
     */
    record Done(RetryReport report) implements Verdict {}
}
