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

    /** Who is told about events. Nobody by default. */
    public B listener(IdempotencyListener chosen) {
        this.listener = chosen;
        return self();
    }

    /** How many duplicates may wait at once; further ones are refused at once. 10,000 by default. */
    public B maxWaiting(int chosen) {
        if (chosen < 0) {
            throw new IllegalArgumentException("maxWaiting must not be negative: " + chosen);
        }
        this.maxWaiting = chosen;
        return self();
    }

    /**
     * How expired records are deleted: in batches of at most that many, each followed by a rest as long as it took, starting
     * again after the pause of 1 ms to a day. A minute and 50 by default.
     */
    public B reaper(Duration pause, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("The reaper's batch must be positive: " + batch);
        }
        this.reaperPause = Durations.between("The reaper's pause", SHORTEST, pause, LONGEST);
        this.reaperBatch = batch;
        return self();
    }

    /** Where time, threads and randomness come from. {@link EngineRuntime#system} by default. */
    public B runtime(EngineRuntime chosen) {
        this.runtime = chosen;
        return self();
    }
}
