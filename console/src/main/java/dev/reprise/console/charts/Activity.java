package dev.reprise.console.charts;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this process has done in the last hour, in steps of ten seconds. It listens to an engine, or to several.
 *
 * <p>An event costs a look at the clock and one or two additions; no thread is needed, and none waits for another but once in a step.
 * What it holds does not grow: 10,080 bytes for the hour, and some 1,900 for each of the two steps that are still counted in. Nothing of
 * an operation is kept, and nothing survives the process. Thread-safe.
 *
 * <p>While the clock goes back, all that happens counts for the latest step.
 */
public final class Activity implements IdempotencyListener {
    /** How long a step is. */
    public static final Duration STEP = Duration.ofSeconds(10);

    /** How many steps are kept, which makes an hour. */
    public static final int STEPS = 360;

    private static final int COLUMNS = 7;

    private final InstantSource clock;
    private final long first;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock, as what follows is: all steps before {@link #before}. */
    private final int[] kept = new int[STEPS * COLUMNS];

    /** The step before the latest one in which something was counted: some thread may still be about to add to it. */
    private Interval before;

    private volatile Interval latest;

    /** Nothing counted yet. */
    public Activity(InstantSource clock) {
        this.clock = clock;
        this.first = number(clock);
        this.before = new Interval(first - 1);
        this.latest = new Interval(first);
    }

    private static long number(InstantSource clock) {
        return Math.floorDiv(clock.millis(), STEP.toMillis());
    }

    @Override
    public void on(IdempotencyEvent event) {
        Interval present = latest;
        long now = number(clock);
        (now <= present.number() ? present : turn(now)).count(event);
    }

    /** Since when it counts. */
    public Instant since() {
        return at(first);
    }

    /** The steps of the last hour that are over, and begin after the time; the earliest first. */
    public List<ActivityPoint> after(Instant time) {
        lock.lock();
        try {
            Interval present = turn(number(clock));
            long from = Math.max(
                    Math.max(first, present.number() - STEPS), Math.floorDiv(time.toEpochMilli(), STEP.toMillis()) + 1);
            List<ActivityPoint> points = new ArrayList<>();
            for (long number = from; number < present.number(); number++) {
                points.add(ActivityPoint.of(at(number), figures(number)));
            }
            return points;
        } finally {
            lock.unlock();
        }
    }

    private Figures figures(long number) {
        if (number >= before.number()) {
            return number == before.number() ? before.figures() : Figures.NONE;
        }
        int row = row(number);
        return new Figures(
                kept[row], kept[row + 1], kept[row + 2], kept[row + 3], kept[row + 4], kept[row + 5], kept[row + 6]);
    }

    /** The latest step, which is a new one if it is time. */
    private Interval turn(long now) {
        lock.lock();
        try {
            Interval present = latest;
            if (now <= present.number()) {
                return present;
            }
            keep(before.number(), before.figures());
            for (long quiet = Math.max(before.number() + 1, present.number() - STEPS);
                    quiet < present.number();
                    quiet++) {
                keep(quiet, Figures.NONE);
            }
            before = present;
            latest = new Interval(now);
            return latest;
        } finally {
            lock.unlock();
        }
    }

    private void keep(long number, Figures figures) {
        int row = row(number);
        kept[row] = figures.executed();
        kept[row + 1] = figures.replayed();
        kept[row + 2] = figures.refused();
        kept[row + 3] = figures.released();
        kept[row + 4] = figures.unknown();
        kept[row + 5] = figures.median();
        kept[row + 6] = figures.slow();
    }

    private static int row(long number) {
        return (int) Math.floorMod(number, (long) STEPS) * COLUMNS;
    }

    private static Instant at(long number) {
        return Instant.ofEpochMilli(number * STEP.toMillis());
    }
}
