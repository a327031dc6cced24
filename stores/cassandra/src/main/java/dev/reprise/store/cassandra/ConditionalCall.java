package dev.reprise.store.cassandra;

import dev.reprise.OperationId;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Call;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call that changes a record.
 *
 * <ol>
 *   <li>It writes on a condition. If the condition held, it is done.
 *   <li>If it did not hold, or nobody knows whether it did, the record is read at the strongest level. That settles what the servers
 *       are still voting on.
 *   <li>What is there says what is next: the call is done, since its own write is there, or somebody else's; or it writes again, on
 *       what was read. A write that was sent earlier and comes late finds its condition gone.
 *   <li>When the time is over before it knows, it fails: with nothing done if no write was sent whose outcome is unknown, and then none
 *       is sent any more.
 * </ol>
 *
 * @param <R> what the caller gets
 */
final class ConditionalCall<R> extends Call<R> {
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 160;

    private final OperationId id;
    private final CqlRecords records;
    private final Function<Seen, Step<R>> rule;
    private final long endNanos;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final AtomicReference<Writes> writes = new AtomicReference<>(Writes.KNOWN);
    /** Whether there is a record, of which only the rest has to be read. */
    private volatile boolean found;

    private volatile long pauseMillis = FIRST_PAUSE_MILLIS;

    /** What is known of the writes so far, and whether there may be more. */
    private enum Writes {
        /** None has been sent, or what came of them is known. */
        KNOWN,
        /** One was sent, and nobody knows what came of it. */
        UNCERTAIN,
        /** The caller was told that nothing was done, so none may be sent. */
        OVER
    }

    /** @param rule what is next, by what is there */
    ConditionalCall(OperationId id, CqlRecords records, Function<Seen, Step<R>> rule) {
        this.id = id;
        this.records = records;
        this.rule = rule;
        // Says what has happened a little before the time limit would say that it does not know.
        this.endNanos = System.nanoTime() + records.access().timeLimit().toNanos() * 9 / 10;
    }

    /** Comes when the call does nothing any more: with true if it has a result. */
    CompletionStage<Boolean> ended() {
        return ended;
    }

    Step<R> next(Seen seen) {
        return rule.apply(seen);
    }

    /** Goes on with what somebody has read. */
    void proceed(Seen seen) {
        guarded(() -> proceed(next(seen)));
    }

    void proceed(Step<R> step) {
        guarded(() -> {
            switch (step) {
                case Step.Done<R> done -> {
                    // Only of a record that was there before it is something left to read; what this call has written
                    // is not.
                    found = !done.result().toCompletableFuture().isDone();
                    watch(done.result(), (result, failure) -> {
                        if (failure == null) {
                            finish(result);
                        } else {
                            giveUp("could not be read", failure);
                        }
                    });
                }
                case Step.Write<R> write -> send(write);
            }
        });
    }

    private void send(Step.Write<R> write) {
        if (isAnswered()) {
            giveUp("took too long", null);
            return;
        }
        Step.Attempt<R> attempt = write.attempt().get();
        Writes before = writes.getAndUpdate(now -> now == Writes.OVER ? now : Writes.UNCERTAIN);
        if (before == Writes.OVER || isAnswered()) {
            // The caller has given up meanwhile: nothing may be written that it does not hear of.
            attempt.missed().run();
            giveUp("took too long", null);
            return;
        }
        watch(records.access().decide(attempt.statement()), (written, failure) -> {
            if (failure == null && written.wasApplied()) {
                finishAfter(attempt);
            } else if (failure == null) {
                writes.set(before);
                attempt.missed().run();
                read();
            } else if (DriverFailures.isNothingDone(failure)) {
                writes.set(before);
                attempt.missed().run();
                giveUp("was refused", failure);
            } else {
                lookAgain(failure);
            }
        });
    }

    /** What was written beside it is a hint, and not worth a call that takes too long. */
    private void finishAfter(Step.Attempt<R> attempt) {
        CompletableFuture<?> alongside = attempt.alongside().toCompletableFuture();
        if (alongside.isDone()) {
            finish(attempt.result());
            return;
        }
        long patience = records.access().timeLimit().toNanos() / 8;
        watch(
                alongside.copy().orTimeout(patience, TimeUnit.NANOSECONDS),
                (ignored, alsoIgnored) -> finish(attempt.result()));
    }

    /** Reads what is there, and goes on from that. */
    void read() {
        guarded(() -> watch(records.latest(id), (seen, failure) -> {
            if (failure == null) {
                proceed(seen);
            } else {
                lookAgain(failure);
            }
        }));
    }

    private void lookAgain(Throwable failure) {
        boolean refused = writes.get() != Writes.UNCERTAIN && DriverFailures.isNothingDone(failure);
        if (refused || (failure instanceof StoreException known && known.isUnreadable())) {
            giveUp("was refused", failure);
            return;
        }
        if (isAnswered() || System.nanoTime() - endNanos >= 0) {
            giveUp("got no answer in time", failure);
            return;
        }
        long pause = pauseMillis;
        pauseMillis = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS).execute(this::read);
    }

    private void finish(R result) {
        answer(result);
        ended.complete(true);
    }

    /** Fails the call, and says how it came to that. */
    void giveUp(String how, @Nullable Throwable cause) {
        StoreException known = cause instanceof StoreException failure ? failure : null;
        fail(known != null ? known : new StoreException("The call for " + id + " " + how + ": " + cause, cause));
        ended.complete(false);
    }

    /**
     * Also called by the time limit. Without a write whose outcome is unknown, nothing was done, and nothing will be. What is there and
     * cannot be read is nothing that this call has written.
     */
    @Override
    public void fail(Throwable failure) {
        Writes known = writes.updateAndGet(now -> now == Writes.KNOWN ? Writes.OVER : now);
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof StoreException told && told.isNothingDone()) {
            super.fail(told);
        } else if (found) {
            super.fail(StoreException.unreadable(message, failure.getCause()));
        } else if (known == Writes.UNCERTAIN) {
            super.fail(failure);
        } else {
            super.fail(StoreException.nothingDone(message, failure.getCause()));
        }
        if (known == Writes.OVER) {
            ended.complete(false);
        }
    }

    /** What follows a stage, on whatever thread completes it. */
    private interface Then<T> {
        void accept(T result, @Nullable Throwable failure);
    }

    private <T> void watch(CompletionStage<T> stage, Then<T> then) {
        CompletionStage<T> unused = stage.whenComplete((result, failure) ->
                guarded(() -> then.accept(result, failure == null ? null : DriverFailures.unwrapped(failure))));
    }

    /** A defect must not leave the caller, or those behind it, waiting: they learn of it, whatever it is. */
    void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            giveUp("failed", e);
        }
    }
}
