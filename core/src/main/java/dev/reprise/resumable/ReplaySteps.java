package dev.reprise.resumable;

import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Step;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Returns what is recorded, does nothing, and ends the run at the first step that is not finished. Thread-safe. */
final class ReplaySteps<T> implements Steps<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final StepHistory history;
    private final Codecs codecs;
    private @Nullable Replay end;

    ReplaySteps(StepHistory history, Codecs codecs) {
        this.history = history;
        this.codecs = codecs;
    }

    /** How the run has ended before its code did; null if it has not. */
    @Nullable
    Replay end() {
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }

    private Step finished(String name, Kind kind) {
        lock.lock();
        try {
            Step found = end == null ? history.ask(name, kind) : null;
            if (found == null || found.result() == null) {
                throw stop(new Replay.GoesOn(name));
            }
            return found;
        } catch (StopException e) {
            throw e.ending() instanceof Ending.Stuck(String reason) ? stop(new Replay.DoesNotFit(reason)) : e;
        } finally {
            lock.unlock();
        }
    }

    private <R> R result(String name, Kind kind, Codec<R> codec) {
        Step step = finished(name, kind);
        lock.lock();
        try {
            return StepHistory.decode(step, codec);
        } catch (StopException e) {
            throw e.ending() instanceof Ending.Stuck(String reason) ? stop(new Replay.DoesNotFit(reason)) : e;
        } finally {
            lock.unlock();
        }
    }

    /** The first end counts. */
    private StopException stop(Replay reason) {
        if (end == null) {
            end = reason;
        }
        return new StopException(new Ending.Failed(new IllegalStateException("The replay is over")));
    }

    @Override
    public <R> R local(String name, Codec<R> codec, Work<T, R> work) {
        return result(name, Kind.LOCAL, codec);
    }

    @Override
    public <R> R local(String name, Class<R> type, Work<T, R> work) {
        return result(name, Kind.LOCAL, codecs.of(type));
    }

    @Override
    public void local(String name, Effect<T> effect) {
        finished(name, Kind.LOCAL);
    }

    @Override
    public <R> R remote(String name, Codec<R> codec, Call<R> call) {
        return result(name, Kind.REMOTE, codec);
    }

    @Override
    public <R> R remote(String name, Class<R> type, Call<R> call) {
        return result(name, Kind.REMOTE, codecs.of(type));
    }

    @Override
    public <R> R once(String name, Class<R> type, Call<R> call) {
        return result(name, Kind.ONCE, codecs.of(type));
    }

    @Override
    public <R> R once(String name, Class<R> type, Call<R> call, Inquiry<R> inquiry) {
        return result(name, Kind.ONCE, codecs.of(type));
    }

    @Override
    public void sleep(String name, Duration pause) {
        finished(name, Kind.SLEEP);
    }

    @Override
    public <R> R await(String name, Class<R> type) {
        return result(name, Kind.AWAIT, codecs.of(type));
    }

    @Override
    public Steps<T> with(StepOptions options) {
        return this;
    }
}
