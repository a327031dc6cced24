package dev.reprise.console.charts;

import dev.reprise.IdempotencyEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What happens within a few seconds: five counters, and how long first executions took. Thread-safe, without locks. */
final class Interval {
    private static final int EXECUTED = 0;
    private static final int REPLAYED = 1;
    private static final int REFUSED = 2;
    private static final int RELEASED = 3;
    private static final int UNKNOWN = 4;
    /** Behind the counters there is one for each class of times. */
    private static final int TIMES = 5;

    private final long number;
    private final AtomicIntegerArray counted = new AtomicIntegerArray(TIMES + TimeClasses.COUNT);

    /** @param number which one it is since the beginning of 1970 */
    Interval(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    void count(IdempotencyEvent event) {
        switch (event) {
            case IdempotencyEvent.Executed executed -> {
                counted.incrementAndGet(EXECUTED);
                counted.incrementAndGet(TIMES + TimeClasses.of(executed.duration()));
            }
            case IdempotencyEvent.Replayed ignored -> counted.incrementAndGet(REPLAYED);
            case IdempotencyEvent.InProgress ignored -> counted.incrementAndGet(REFUSED);
            case IdempotencyEvent.Mismatch ignored -> counted.incrementAndGet(REFUSED);
            case IdempotencyEvent.AlreadyHandled ignored -> counted.incrementAndGet(REFUSED);
            case IdempotencyEvent.StoreFailed ignored -> counted.incrementAndGet(REFUSED);
            case IdempotencyEvent.Released ignored -> counted.incrementAndGet(RELEASED);
            case IdempotencyEvent.OutcomeUnknown ignored -> counted.incrementAndGet(UNKNOWN);
            case IdempotencyEvent.TakenOver ignored -> {}
            case IdempotencyEvent.LeaseLost ignored -> {}
            case IdempotencyEvent.RanTooLong ignored -> {}
            case IdempotencyEvent.Reconciled ignored -> {}
        }
    }

    /** What it is now. */
    Figures figures() {
        return new Figures(
                counted.get(EXECUTED),
                counted.get(REPLAYED),
                counted.get(REFUSED),
                counted.get(RELEASED),
                counted.get(UNKNOWN),
                time(50),
                time(99));
    }

    /** Within which time so many percent of all executions were, in microseconds; 0 if there were none. */
    private int time(int percent) {
        long all = 0;
        for (int i = 0; i < TimeClasses.COUNT; i++) {
            all += counted.get(TIMES + i);
        }
        long rank = (all * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < TimeClasses.COUNT && rank > 0; i++) {
            seen += counted.get(TIMES + i);
            if (seen >= rank) {
                return TimeClasses.middle(i);
            }
        }
        return 0;
    }

    /** Times in classes whose width is a sixteenth of their beginning, so that the middle of one is right to some 3 percent. */
    static final class TimeClasses {
        private static final int SHIFT = 4;
        private static final int EACH = 1 << SHIFT;
        private static final long LONGEST = Integer.MAX_VALUE;
        /** Up to 2,147 seconds in microseconds. */
        static final int COUNT = (30 - SHIFT + 2) * EACH;

        private TimeClasses() {}

        static int of(Duration time) {
            long micros = Math.clamp(time.toNanos() / 1_000, 0, LONGEST);
            if (micros < EACH) {
                return (int) micros;
            }
            int magnitude = 63 - Long.numberOfLeadingZeros(micros) - SHIFT;
            return (magnitude + 1) * EACH + (int) ((micros >>> magnitude) & (EACH - 1));
        }

        /** In microseconds, and at least one. */
        static int middle(int timeClass) {
            if (timeClass < EACH) {
                return Math.max(1, timeClass);
            }
            int magnitude = timeClass / EACH - 1;
            long begin = ((long) EACH + timeClass % EACH) << magnitude;
            return (int) (begin + (1L << magnitude) / 2);
        }
    }
}
