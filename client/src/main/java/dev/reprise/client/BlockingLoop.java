package dev.reprise.client;

import dev.reprise.client.Retries.Sent;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.NextStep.Again;
import dev.reprise.client.spi.NextStep.Done;
import dev.reprise.client.spi.RetryableRequest;
import dev.reprise.client.spi.Transport;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Makes calls on their callers' threads: sends, waits and sends again, until the policy or an answer ends them. Thread-safe. */
final class BlockingLoop {
    private static final Logger LOG = System.getLogger(BlockingLoop.class.getName());

    private final Retries retries;
    private final CallStart start;

    BlockingLoop(Retries retries, CallStart start) {
        this.retries = retries;
        this.start = start;
    }

    <A> Sent<A> send(RetryableRequest request, Transport<A> transport) throws IOException, InterruptedException {
        RunningCall call = await(request, start.begin(request));
        try {
            return attempts(call, transport);
        } catch (RuntimeException e) {
            throw retries.failed(call, call.abandoned(StopReason.FINAL), e);
        } catch (InterruptedException e) {
            throw retries.failed(call, call.abandoned(StopReason.CLOSED), null).in(e);
        } catch (Error e) {
            throw retries.failed(call, call.abandoned(StopReason.FINAL), null).in(e);
        }
    }

    private <A> Sent<A> attempts(RunningCall call, Transport<A> transport) throws IOException, InterruptedException {
        while (true) {
            NextStep next;
            IOException failure = null;
            try {
                A answer = transport.send(call, call.attempt());
                next = transport.decide(call, answer);
                if (next instanceof Done(RetryReport report)) {
                    call.ended(true, report);
                    return new Sent<>(call.request(), answer, report);
                }
                discard(transport, answer);
            } catch (IOException e) {
                failure = e;
                next = call.failed(transport.failure(e));
            } catch (ExecutionException e) {
                throw retries.failed(call, call.abandoned(StopReason.FINAL), e.getCause());
            }
            switch (next) {
                case Done(RetryReport report) -> throw retries.failed(call, report, failure);
                case Again again -> pause(call, transport, again, failure);
            }
        }
    }

    private static <A> void discard(Transport<A> transport, A answer) {
        try {
            transport.discard(answer);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "An answer that is not needed broke off", e);
        }
    }

    private void pause(RunningCall call, Transport<?> transport, Again again, @Nullable IOException failure)
            throws IOException, InterruptedException {
        CompletableFuture<Void> wait = retries.timer().after(again.delay());
        transport.waiting(wait);
        try {
            wait.get();
        } catch (CancellationException | ExecutionException e) {
            throw retries.failed(call, call.abandoned(StopReason.CLOSED), failure);
        } catch (InterruptedException e) {
            wait.cancel(false);
            throw e;
        }
        if (call.late()) {
            throw retries.failed(call, call.abandoned(StopReason.DEADLINE), failure);
        }
    }

    private RunningCall await(RetryableRequest request, CompletableFuture<RunningCall> beginning)
            throws IOException, InterruptedException {
        try {
            return beginning.get();
        } catch (InterruptedException e) {
            beginning.cancel(true);
            throw start.unsent(request, StopReason.CLOSED).in(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case CallFailedException failed -> throw failed;
                case Error bug -> throw bug;
                case null, default -> throw new IOException(e.getCause());
            }
        }
    }
}
