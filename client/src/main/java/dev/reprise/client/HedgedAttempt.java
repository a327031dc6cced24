package dev.reprise.client;

import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.NextStep.Again;
import dev.reprise.client.spi.NextStep.Done;
import dev.reprise.client.spi.ResponseView;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call in the background, and another beside it if it is hedged. The first answer that ends the call wins
 * and the other attempt is cancelled; what else becomes of an attempt while the other is out is put aside, and the other
 * decides. Tells its call once what follows. Thread-safe.
 */
final class HedgedAttempt<T> {
    private static final Logger LOG = System.getLogger(HedgedAttempt.class.getName());

    private final AsyncCall<T> owner;
    private final RunningCall call;
    /** Held whenever the call is asked, as two attempts may end at once, and their caller cancel them. */
    private final ReentrantLock order = new ReentrantLock();

    private final List<Contender> contenders = new ArrayList<>(2);
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<Void> hedgeTimer;
    private boolean decided;

    HedgedAttempt(AsyncCall<T> owner, RunningCall call) {
        this.owner = owner;
        this.call = call;
    }

    /** Sends the first attempt. Cancelling what is returned breaks off whatever is running, and tells listeners (C9). */
    CompletableFuture<Void> start() {
        Contender first = new Contender(call.attempt());
        contenders.add(first);
        CompletableFuture<Void> wait = owner.hedgeTimer(call);
        hedgeTimer = wait;
        var unused = end.whenComplete((nothing, cancelled) -> cancelAllBut(null));
        first.send();
        if (wait != null) {
            // Away from the timer's thread, which all calls share.
            var unusedHedge = wait.thenRunAsync(this::hedge, Apart.ON_A_THREAD);
        }
        return end;
    }

    private void hedge() {
        try {
            sendHedge();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "A hedge could not be sent; the attempt that is out goes on", e);
        }
    }

    private void sendHedge() {
        Contender hedge;
        order.lock();
        try {
            Optional<Duration> limit = decided || end.isDone() ? Optional.empty() : call.hedge();
            if (limit.isEmpty()) {
                return;
            }
            hedge = new Contender(limit.get());
            contenders.add(hedge);
        } finally {
            order.unlock();
        }
        hedge.send();
    }

    /** What follows from the answer of an attempt; empty if it does not count, or waits for what becomes of the other. */
    private Optional<NextStep> decide(Contender contender, ResponseView answer) {
        Optional<NextStep> next;
        order.lock();
        try {
            if (contender.aside || end.isDone()) {
                return Optional.empty();
            }
            next = isAlone(contender) ? Optional.of(call.answered(answer)) : call.answeredFirst(answer);
            decided = next.isPresent();
            contenders.forEach(each -> each.aside |= decided ? each != contender : each == contender);
        } finally {
            order.unlock();
        }
        if (next.isPresent()) {
            cancelAllBut(contender);
        }
        return next;
    }

    private boolean isAlone(Contender contender) {
        return contenders.stream().allMatch(each -> each == contender || each.aside);
    }

    private void ended(Contender contender, @Nullable HttpResponse<T> response, @Nullable Throwable failure) {
        Runnable next;
        order.lock();
        try {
            if (contender.aside || end.isDone()) {
                return;
            }
            if (failure instanceof IOException broken && !isAlone(contender)) {
                contender.aside = true;
                call.failedFirst(contender.attempt.result(broken));
                return;
            }
            next = conclusion(contender.attempt, response, failure);
        } catch (Throwable e) {
            next = bug(e);
        } finally {
            order.unlock();
        }
        if (end.complete(null)) {
            next.run();
        }
    }

    private Runnable conclusion(
            HttpAttempt<T> attempt, @Nullable HttpResponse<T> response, @Nullable Throwable failure) {
        if (response != null) {
            return switch (attempt.nextStep(response)) {
                case Again again -> () -> owner.pause(call, again, null);
                case Done(RetryReport report) ->
                    () -> owner.endWithAnswer(call, report, new RetriedResponse<>(response, report));
            };
        }
        if (failure instanceof IOException broken && !attempt.failedInHandler()) {
            return switch (call.failed(attempt.result(broken))) {
                case Again again -> () -> owner.pause(call, again, broken);
                case Done(RetryReport report) -> () -> owner.endWithFailure(call, report, broken);
            };
        }
        return bug(failure);
    }

    /** Nothing that another attempt would cure: above all the caller's own handler or rule. */
    private Runnable bug(@Nullable Throwable failure) {
        RetryReport report = call.abandoned(StopReason.FINAL);
        Throwable cause = failure == null
                ? new IllegalStateException("The client returned neither a response nor a failure")
                : failure;
        return () -> owner.endWithFailure(call, report, cause);
    }

    private void cancelAllBut(@Nullable Contender winner) {
        CompletableFuture<Void> waiting = hedgeTimer;
        if (waiting != null) {
            waiting.cancel(false);
        }
        List<Contender> losers;
        order.lock();
        try {
            losers = contenders.stream().filter(each -> each != winner).toList();
        } finally {
            order.unlock();
        }
        losers.forEach(Contender::cancel);
    }

    /** One of the attempts. */
    private final class Contender {
        private final HttpAttempt<T> attempt;
        /** Whether it has no say any more; guarded by the order. */
        private boolean aside;

        private volatile boolean cancelled;
        private volatile @Nullable CompletableFuture<HttpResponse<T>> sending;

        private Contender(Duration limit) {
            this.attempt = owner.newAttempt(call, limit, answer -> decide(this, answer));
        }

        private void send() {
            if (cancelled) {
                return;
            }
            CompletableFuture<HttpResponse<T>> begun;
            try {
                begun = owner.send(attempt);
            } catch (Throwable e) {
                begun = CompletableFuture.failedFuture(e);
            }
            sending = begun;
            if (cancelled) {
                begun.cancel(true);
            }
            var unused = begun.whenComplete((response, failure) ->
                    ended(this, response, failure == null ? null : FutureFailure.cause(failure)));
        }

        private void cancel() {
            cancelled = true;
            CompletableFuture<?> begun = sending;
            if (begun != null) {
                begun.cancel(true);
            }
        }
    }
}
