package dev.reprise.conformance.client;

import dev.reprise.conformance.CaseResult.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a client sent in one run.
 *
 * @param requests in order
 * @param ended how the program ended
 */
record Recording(ClientScenario scenario, List<RecordedRequest> requests, ClientProgram.Ended ended) {
    /** Longer keys are not shown whole. */
    private static final int SHOWN = 12;

    Recording {
        requests = List.copyOf(requests);
    }

    /** The attempts of an operation; what carries no mark counts as the first one. */
    List<RecordedRequest> attempts(int operation) {
        return requests.stream()
                .filter(request -> Math.max(1, request.operation()) == operation)
                .toList();
    }

    /** The attempts of both operations, those that were tried at all. */
    Stream<List<RecordedRequest>> operations() {
        return Stream.of(attempts(1), attempts(2)).filter(attempts -> !attempts.isEmpty());
    }

    /** How long the client waited before that attempt of an operation, counted from 1; empty if there is none. */
    Optional<Duration> waitBefore(int operation, int attempt) {
        List<RecordedRequest> attempts = attempts(operation);
        return attempt > 0 && attempt < attempts.size()
                ? Optional.of(Duration.ofNanos(
                        attempts.get(attempt).came() - attempts.get(attempt - 1).answered()))
                : Optional.empty();
    }

    /** The run as a report shows it: without credentials, whole keys and bodies. */
    List<Exchange> exchanges() {
        List<Exchange> exchanges = new ArrayList<>();
        for (int operation = 1; operation <= 2; operation++) {
            List<RecordedRequest> attempts = attempts(operation);
            int shown = operation;
            IntStream.range(0, Math.min(attempts.size(), 5)).forEach(i -> {
                RecordedRequest request = attempts.get(i);
                exchanges.add(new Exchange(
                        "operation " + shown + ", attempt " + (i + 1)
                                + waitBefore(shown, i)
                                        .map(wait -> " after " + wait.toMillis() + " ms")
                                        .orElse("")
                                + ": " + request.method() + " " + request.target() + ", "
                                + request.key()
                                        .map(key -> "key " + shortened(key))
                                        .orElse("no key") + ", "
                                + request.body().length() + " bytes",
                        request.reply()));
            });
        }
        return exchanges;
    }

    private static String shortened(String key) {
        return key.length() <= SHOWN ? key : key.substring(0, SHOWN) + "…";
    }
}
