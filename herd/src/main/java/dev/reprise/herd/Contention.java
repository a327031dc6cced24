package dev.reprise.herd;

import dev.reprise.client.Backoff;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The model of the article "Exponential backoff and jitter" (AWS Architecture Blog): clients that begin together each want
 * to write one row once, with optimistic locking. A write fails if somebody else wrote since its client read, and its client
 * backs off and reads again. Each message takes about 10 milliseconds.
 */
final class Contention {
    /** What it took until all clients had written, in calls (a read and a write are one) and in time. */
    record Result(long calls, Duration time) {}

    private static final double MEAN_MICROS = 10_000;
    private static final double DEVIATION_MICROS = 2_000;

    private final Backoff backoff;
    private final SplittableRandom random;
    private final EventQueue events = new EventQueue();
    private final long[] seen;
    private final boolean[] reading;
    private final int[] retries;
    private final Duration[] previous;
    private long version;
    private long calls;

    private Contention(int clients, Backoff backoff, long seed) {
        this.backoff = backoff;
        this.random = new SplittableRandom(seed);
        this.seen = new long[clients];
        this.reading = new boolean[clients];
        this.retries = new int[clients];
        this.previous = new Duration[clients];
    }

    static Result run(int clients, Backoff backoff, long seed) {
        return new Contention(clients, backoff, seed).run();
    }

    private Result run() {
        for (int client = 0; client < seen.length; client++) {
            previous[client] = Duration.ZERO;
            read(0, client);
        }
        long now = 0;
        while (!events.isEmpty()) {
            now = events.nextMicros();
            int client = events.take();
            if (reading[client]) {
                // The row is read now; the answer and the write are on their way after that.
                seen[client] = version;
                reading[client] = false;
                events.add(now + message() + message(), client);
            } else {
                write(now, client);
            }
        }
        return new Result(calls, Duration.ofNanos(now * 1000));
    }

    private void read(long now, int client) {
        reading[client] = true;
        events.add(now + message(), client);
    }

    private void write(long now, int client) {
        calls++;
        if (seen[client] == version) {
            version++;
            return;
        }
        Duration delay = backoff.delay(retries[client]++, previous[client], random);
        previous[client] = delay;
        read(now + message() + Server.micros(delay), client);
    }

    private long message() {
        return (long) Math.max(0, random.nextGaussian(MEAN_MICROS, DEVIATION_MICROS));
    }
}
