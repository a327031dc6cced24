package dev.reprise.client;

import dev.reprise.client.Retries.Sent;
import dev.reprise.client.spi.AsyncTransport;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.NextStep.Again;
import dev.reprise.client.spi.NextStep.Done;
import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** One call of another client in the background: sends, waits and sends again, until the policy or an answer ends it. */
final class AsyncLoop<A> extends BackgroundCall<Sent<A>> {
    private final Retries retries;
    private final AsyncTransport<A> transport;

    AsyncLoop(Retries retries, RetryableRequest request, AsyncTransport<A> transport) {
        super(request);
        this.retries = retries;
        this.transport = transport;
    }

    AsyncLoop<A> start() {
        begin();
        return this;
    }

    @Override
    Retries retries() {
        return retries;
    }

    @Override
    void attempt(RunningCall begun) {
        CompletableFuture<A> attempt = transport.send(begun, begun.attempt());
        cancelWithThis(attempt);
        var unused = attempt.whenComplete((answer, failure) -> {
            if (failure == null) {
                answered(begun, answer);
            } else {
                failed(begun, FutureFailure.cause(failure));
            }
        });
    }

    private void answered(RunningCall begun, A answer) {
        boolean handedOver = false;
        try {
            NextStep next = transport.decide(begun, answer);
            switch (next) {
                case Done(RetryReport report) ->
                    handedOver = endWithAnswer(begun, report, new Sent<>(begun.request(), answer, report));
                case Again again -> pause(begun, again, null);
            }
        } catch (Throwable e) {
            endWithFailure(begun, begun.abandoned(StopReason.FINAL), e);
        } finally {
            if (!handedOver) {
                transport.discard(answer);
            }
        }
    }

    private void failed(RunningCall begun, Throwable failure) {
        if (!(failure instanceof IOException broken)) {
            endWithFailure(begun, begun.abandoned(StopReason.FINAL), failure);
            return;
        }
        switch (begun.failed(transport.failure(broken))) {
            case Done(RetryReport report) -> endWithFailure(begun, report, broken);
            case Again again -> pause(begun, again, broken);
        }
    }
}
