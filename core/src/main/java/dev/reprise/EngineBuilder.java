package dev.reprise;

import dev.reprise.internal.Durations;
import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings that the engines share. Not thread-safe.
 *
 * @param <B> the builder of an engine
 */
public abstract sealed class EngineBuilder<B extends EngineBuilder<B>>
        permits IdempotencyEngine.Builder, TransactionalEngine.Builder {
    static final Duration SHORTEST = Duration.ofMillis(1);
    static final Duration LONGEST = Duration.ofDays(1);

    @Nullable
    IdempotencyListener listener;

    EngineRuntime runtime = EngineRuntime.system();
    int maxWaiting = 10_000;
    Duration reaperPause = Duration.ofMinutes(1);
    int reaperBatch = 50;

    EngineBuilder() {}

    abstract B self();

    /** Gets all events. Default: none. */
    public B listener(IdempotencyListener chosen) {
        this.listener = chosen;
        return self();
    }

    /** How many duplicates may wait at once; others are refused immediately. Default: 10,000. */
    public B maxWaiting(int chosen) {
        if (chosen < 0) {
            throw new IllegalArgumentException("maxWaiting must not be negative: " + chosen);
        }
        this.maxWaiting = chosen;
        return self();
    }

    /**
     * How expired records are deleted: in batches of this size, each followed by a rest nine times as long as the batch took.
     * Every five minutes in which it does not come to an end it becomes quicker: it rests less, and then takes up to sixteen
     * times as many at once. When none is left, it pauses for 1 ms to a day. Default: a minute, and 50.
     */
    public B reaper(Duration pause, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("The reaper's batch must be positive: " + batch);
        }
        this.reaperPause = Durations.between("The reaper's pause", SHORTEST, pause, LONGEST);
        this.reaperBatch = batch;
        return self();
    }

    /** Source of time, threads and randomness. Default: {@link EngineRuntime#system}. */
    public B runtime(EngineRuntime chosen) {
        this.runtime = chosen;
        return self();
    }
}
