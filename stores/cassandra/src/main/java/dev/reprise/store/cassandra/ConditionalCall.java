package dev.reprise.store.cassandra;

import dev.reprise.OperationId;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Call;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
 *   <li>When the time is over before it knows, it fails: with nothing done if no write was sent whose outcome is unknown.
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
    private volatile boolean uncertain;
    private volatile long pauseMillis = FIRST_PAUSE_MILLIS;

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
                case Step.Done<R> done ->
                    watch(done.result(), (result, failure) -> {
                        if (failure == null) {
                            finish(result);
                        } else {
                            giveUp("could not be read", failure);
                        }
                    });
                case Step.Write<R> write -> send(write);
            }
        });
    }

    private void send(Step.Write<R> write) {
        if (isAnswered()) {
            // The caller has given up: nothing may be written that it does not hear of.
            giveUp("took too long", null);
            return;
        }
        Step.Attempt<R> attempt = write.attempt().get();
        boolean before = uncertain;
        uncertain = true;
        watch(records.access().decide(attempt.statement()), (written, failure) -> {
            if (failure == null && written.wasApplied()) {
                finishAfter(attempt);
            } else if (failure == null) {
                uncertain = before;
                attempt.missed().run();
                read();
            } else if (DriverFailures.isNothingDone(failure)) {
                uncertain = before;
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
        if (!uncertain && DriverFailures.isNothingDone(failure)) {
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

    /** Also called by the time limit. Without a write whose outcome is unknown, nothing was done. */
    @Override
    public void fail(Throwable failure) {
        super.fail(
                uncertain
                        ? failure
                        : StoreException.nothingDone(String.valueOf(failure.getMessage()), failure.getCause()));
    }

    /** What follows a stage, on whatever thread completes it. */
    private interface Then<T> {
        void accept(T result, @Nullable Throwable failure);
    }

    private <T> void watch(CompletionStage<T> stage, Then<T> then) {
        CompletionStage<T> unused = stage.whenComplete((result, failure) ->
                guarded(() -> then.accept(result, failure == null ? null : DriverFailures.unwrapped(failure))));
    }

    /** A defect must not leave the caller, or those behind it, waiting. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            giveUp("failed", e);
        }
    }
}
