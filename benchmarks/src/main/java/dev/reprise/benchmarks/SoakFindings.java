package dev.reprise.benchmarks;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What callers have found out about a gateway. Thread-safe. */
final class SoakFindings {
    private static final int MOST_WORDS = 10;

    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder replays = new LongAdder();
    private final LongAdder twins = new LongAdder();
    private final LongAdder askedAgain = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final AtomicLong wrong = new AtomicLong();
    private final Queue<String> words = new ConcurrentLinkedQueue<>();

    void begun() {
        begun.increment();
    }

    void ended() {
        ended.increment();
    }

    void askedAgain() {
        askedAgain.increment();
    }

    /** An operation was asked for again. */
    void replayed(boolean same) {
        replays.increment();
        if (!same) {
            wrong("A retry was answered in another way than the operation");
        }
    }

    /** An operation was asked for twice at once. */
    void twins(boolean same) {
        twins.increment();
        if (!same) {
            wrong("Two requests at once had different answers");
        }
    }

    /** A last answer: the operation was done, or nobody knows whether it was. */
    void answered(int status, String body) {
        if (body.contains("outcome-unknown")) {
            unknown.increment();
        } else if (status != 201) {
            wrong("An answer with status " + status + ": " + body);
        }
    }

    /** The gateway did not answer. */
    void broken(String failure) {
        wrong("No answer: " + failure);
    }

    private void wrong(String what) {
        if (wrong.incrementAndGet() <= MOST_WORDS) {
            words.add(what);
        }
    }

    /** How many operations have not ended yet. */
    long open() {
        return begun.sum() - ended.sum();
    }

    long replaysSoFar() {
        return replays.sum();
    }

    /** How many answers were wrong or missing. */
    long wrongSoFar() {
        return wrong.get();
    }

    /** In a sentence, and what was wrong first. */
    @Override
    public String toString() {
        return String.format(
                "%,d operations, %,d asked for again, %,d twice at once, %,d retries where nothing was done yet, %,d of unknown"
                        + " outcome, %,d wrong or missing answers%s",
                begun.sum(),
                replays.sum(),
                twins.sum(),
                askedAgain.sum(),
                unknown.sum(),
                wrong.get(),
                words.isEmpty() ? "" : ": " + String.join("; ", words));
    }
}
