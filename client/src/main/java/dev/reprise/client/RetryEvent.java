package dev.reprise.client;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.RequestTraits;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalInt;

/** What happens to calls, for metrics and logs. */
public sealed interface RetryEvent {
    /** Where the request goes; its query may be confidential. */
    URI uri();

    /**
     * An attempt ended, and there will be another one.
     *
     * @param attempt which one ended, from 1
     * @param result how it ended
     * @param delay how long it is until the next
     */
    record Retrying(URI uri, RequestTraits request, int attempt, AttemptResult result, Duration delay)
            implements RetryEvent {
        /** The status of the answer that ended the attempt; empty if there was none. */
        public OptionalInt status() {
            return result instanceof AttemptResult.Answered answered
                    ? OptionalInt.of(answered.answer().status())
                    : OptionalInt.empty();
        }
    }

    /**
     * An attempt has had no answer for some time, so another one is sent beside it.
     *
     * @param attempt which one that is, from 1
     * @param after how long there was no answer
     */
    record Hedging(URI uri, RequestTraits request, int attempt, Duration after) implements RetryEvent {}

    /**
     * A call ended, with an answer or without.
     *
     * @param answered whether its caller gets an answer
     * @param report how it went
     */
    record Ended(URI uri, RequestTraits request, boolean answered, RetryReport report) implements RetryEvent {}
}
