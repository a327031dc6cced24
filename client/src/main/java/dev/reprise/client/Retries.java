package dev.reprise.client;

import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.NextStep.Again;
import dev.reprise.client.spi.NextStep.Done;
import dev.reprise.client.spi.RequestTraits;
import dev.reprise.client.spi.RetryTimer;
import dev.reprise.client.spi.RetryableRequest;
import dev.reprise.client.spi.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpTimeoutException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all calls of a client share: the policy, the keys, the budget of each host. Independent of the HTTP client, so
 * that all adapters can use it. Thread-safe; lives as long as its client.
 */
public final class Retries {
    private static final Logger LOG = System.getLogger(Retries.class.getName());

    private final RetryPolicy policy;
    private final KeyProfile profile;
    private final KeyGenerator keys;
    private final @Nullable RetryListener listener;
    private final RetryTimer timer;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final RandomGenerator random;
    private final RetryBudgets budgets;

    private Retries(Builder builder) {
        this.policy = builder.policy;
        this.profile = builder.profile;
        this.listener = builder.listener;
        this.timer = builder.timer;
        this.clock = builder.clock;
        this.ticker = builder.ticker;
        this.random = builder.random;
        this.keys = builder.keys == null ? KeyGenerator.uuid7(clock, new SecureRandom()) : builder.keys;
        this.budgets = new RetryBudgets(policy.budget());
    }

    /** The considerate policy, with keys as in the IETF's draft. */
    public static Retries considerate() {
        return builder().build();
    }

    /** The policy and the keys for Stripe's API. */
    public static Retries stripe() {
        return builder()
                .policy(RetryPolicy.stripe())
                .profile(KeyProfile.stripe())
                .build();
    }

    /** A builder with the settings of {@link #considerate}. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins a call: takes the request's key, or makes one if its method needs one (C1).
     *
     * @throws IllegalArgumentException if the key in the request is malformed
     */
    CompletableFuture<RunningCall> begin(RetryableRequest request) {
        RequestTraits unkeyed = new RequestTraits(request.method(), false);
        if (RequestTraits.isSafe(unkeyed.method())) {
            return begun(request, KeyedRequest.without(request));
        }
        ResumedOperation begun = request.begun();
        if (begun != null) {
            return resumed(request, begun);
        }
        var given = KeyedRequest.given(request, profile.placement());
        if (given.isPresent()) {
            return begun(request, KeyedRequest.keeping(given.get(), request, profile.placement(), clock.instant()));
        }
        if (!profile.methods().contains(unkeyed.method())) {
            return begun(request, KeyedRequest.without(request));
        }
        return withNewKey(request);
    }

    private CompletableFuture<RunningCall> resumed(RetryableRequest request, ResumedOperation begun) {
        KeyedRequest keyed = KeyedRequest.with(begun.key(), request, profile.placement(), begun.firstSent());
        RunningCall call = new RunningCall(this, request, keyed, ticks());
        return call.forgotten()
                ? CompletableFuture.failedFuture(failed(call, call.abandoned(StopReason.RETENTION), null))
                : CompletableFuture.completedFuture(call);
    }

    private CompletableFuture<RunningCall> begun(RetryableRequest request, KeyedRequest keyed) {
        return CompletableFuture.completedFuture(new RunningCall(this, request, keyed, ticks()));
    }

    /** Cancelling the call, and its deadline, end the wait for its key, too (C5, C9). */
    private CompletableFuture<RunningCall> withNewKey(RetryableRequest request) {
        long started = ticks();
        CompletableFuture<IdempotencyKey> key = newKey(request);
        if (key.state() == Future.State.SUCCESS) {
            try {
                return CompletableFuture.completedFuture(keyed(request, key.join(), started));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(noKey(request, e));
            }
        }
        CompletableFuture<IdempotencyKey> inTime =
                key.copy().orTimeout(policy.deadline().toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture<RunningCall> call = inTime.handle((made, failure) -> {
            if (failure != null) {
                throw new CompletionException(noKey(request, FutureFailure.cause(failure)));
            }
            try {
                RunningCall begun = keyed(request, made, started);
                if (begun.late()) {
                    throw new CompletionException(failed(begun, begun.abandoned(StopReason.DEADLINE), null));
                }
                return begun;
            } catch (IllegalArgumentException | NullPointerException e) {
                throw new CompletionException(noKey(request, e));
            }
        });
        var unused = call.whenComplete((begun, failure) -> {
            if (call.isCancelled()) {
                RunningCall unsent = unsent(request);
                unsent.ended(false, unsent.abandoned(StopReason.CLOSED));
            }
            key.cancel(true);
        });
        return call;
    }

    private CompletableFuture<IdempotencyKey> newKey(RetryableRequest request) {
        try {
            return Objects.requireNonNull(keys.keyFor(request), "The key generator returned nothing");
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private RunningCall keyed(RetryableRequest request, IdempotencyKey key, long started) {
        Objects.requireNonNull(key, "The key generator gave no key");
        return new RunningCall(
                this, request, KeyedRequest.with(key, request, profile.placement(), clock.instant()), started);
    }

    private CallFailedException noKey(RetryableRequest request, Throwable failure) {
        RunningCall call = unsent(request);
        Throwable cause = failure instanceof TimeoutException
                ? new HttpTimeoutException("it did not come within " + policy.deadline() + ", the deadline of the call")
                : failure;
        return failed(call, call.abandoned(StopReason.NO_KEY), cause);
    }

    /** How a call ends if it is cancelled before it has its key. */
    CallFailedException unsent(RetryableRequest request, StopReason stop) {
        return new CallFailedException(request, unsent(request).abandoned(stop), null);
    }

    private RunningCall unsent(RetryableRequest request) {
        return new RunningCall(this, request, KeyedRequest.without(request), ticks());
    }

    /**
     * Makes a call on this thread: sends, waits and sends again, until the policy or an answer ends it.
     *
     * @throws CallFailedException if it ends without an answer, whatever the reason
     * @throws InterruptedException if the thread is interrupted, also while it waits (C9); it has suppressed a {@link
     *     CallFailedException} with the report, as has an {@link Error} that ends the call (C8)
     * @throws IllegalArgumentException if the key in the request is malformed, or the policy has hedging
     */
    public <A> Sent<A> send(RetryableRequest request, Transport<A> transport) throws IOException, InterruptedException {
        requireNoHedging("a Transport");
        RunningCall call = await(request, begin(request));
        try {
            return attempts(call, transport);
        } catch (RuntimeException e) {
            throw failed(call, call.abandoned(StopReason.FINAL), e);
        } catch (InterruptedException e) {
            throw failed(call, call.abandoned(StopReason.CLOSED), null).in(e);
        } catch (Error e) {
            throw failed(call, call.abandoned(StopReason.FINAL), null).in(e);
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
                throw failed(call, call.abandoned(StopReason.FINAL), e.getCause());
            }
            switch (next) {
                case Done(RetryReport report) -> throw failed(call, report, failure);
                case Again again -> pause(call, transport, again, failure);
            }
        }
    }

    /**
     * These retries, for a client that sends one attempt after the other.
     *
     * @param client its name
     * @throws IllegalArgumentException if the policy has hedging
     */
    public Retries requireNoHedging(String client) {
        if (policy.hedgeAfter() != null) {
            throw new IllegalArgumentException(
                    "hedgeAfter (" + policy.hedgeAfter() + ") sends two attempts at once, and " + client
                            + " one after the other; leave hedging off, or use RetryingHttpClient");
        }
        return this;
    }

    /**
     * An answer, and the report about it.
     *
     * @param request what was asked
     * @param answer the client's answer
     * @param report how the call went
     */
    public record Sent<A>(RetryableRequest request, A answer, RetryReport report) {
        /** The failure of a caller who could not read the answer to its end, with the report (C8). */
        public CallFailedException unread(IOException cause) {
            return cause instanceof CallFailedException failed
                    ? failed
                    : new CallFailedException(request, report, cause);
        }

        /** The body of the answer, which fails with the report if it cannot be read to its end (C8). */
        public InputStream body(InputStream body) {
            return new ReportedStream(body, this::unread);
        }
    }

    CallFailedException failed(RunningCall call, RetryReport report, @Nullable Throwable cause) {
        call.ended(false, report);
        return new CallFailedException(call.request(), report, cause);
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
        CompletableFuture<Void> wait = timer.after(again.delay());
        transport.waiting(wait);
        try {
            wait.get();
        } catch (CancellationException | ExecutionException e) {
            throw failed(call, call.abandoned(StopReason.CLOSED), failure);
        } catch (InterruptedException e) {
            wait.cancel(false);
            throw e;
        }
        if (call.late()) {
            throw failed(call, call.abandoned(StopReason.DEADLINE), failure);
        }
    }

    private RunningCall await(RetryableRequest request, CompletableFuture<RunningCall> beginning)
            throws IOException, InterruptedException {
        try {
            return beginning.get();
        } catch (InterruptedException e) {
            beginning.cancel(true);
            throw unsent(request, StopReason.CLOSED).in(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case CallFailedException failed -> throw failed;
                case Error bug -> throw bug;
                case null, default -> throw new IOException(e.getCause());
            }
        }
    }

    void tell(Supplier<RetryEvent> event) {
        if (listener != null) {
            try {
                listener.on(event.get());
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "The listener of retries failed, and the call goes on", e);
            }
        }
    }

    RetryPolicy policy() {
        return policy;
    }

    KeyProfile profile() {
        return profile;
    }

    RetryBudgets budgets() {
        return budgets;
    }

    RetryTimer timer() {
        return timer;
    }

    RandomGenerator random() {
        return random;
    }

    Instant now() {
        return clock.instant();
    }

    long ticks() {
        return ticker.getAsLong();
    }

    /** Settings of {@link Retries}. Not thread-safe. */
    public static final class Builder {
        private RetryPolicy policy = RetryPolicy.considerate();
        private KeyProfile profile = KeyProfile.ietf();
        private @Nullable KeyGenerator keys;
        private @Nullable RetryListener listener;
        private RetryTimer timer = RetryTimer.real();
        private InstantSource clock = InstantSource.system();
        private LongSupplier ticker = System::nanoTime;
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

        private Builder() {}

        /** When calls are retried. Default: {@link RetryPolicy#considerate}. */
        public Builder policy(RetryPolicy chosen) {
            policy = chosen;
            return this;
        }

        /** How the API wants its keys. Default: {@link KeyProfile#ietf}. */
        public Builder profile(KeyProfile chosen) {
            profile = chosen;
            return this;
        }

        /** Where keys come from. Default: {@link KeyGenerator#uuid7}. */
        public Builder keys(KeyGenerator chosen) {
            keys = chosen;
            return this;
        }

        /** Gets the events of all calls. Default: none. */
        public Builder listener(RetryListener chosen) {
            listener = chosen;
            return this;
        }

        /** Timer for waits between attempts. Default: real time. */
        public Builder timer(RetryTimer chosen) {
            timer = chosen;
            return this;
        }

        /**
         * The clock that servers' dates are compared with, and the one that measures deadlines, in nanoseconds.
         * Default: the system's.
         */
        public Builder clocks(InstantSource chosen, LongSupplier chosenTicker) {
            clock = chosen;
            ticker = chosenTicker;
            return this;
        }

        /** Source of jitter, not of keys; thread-safe. */
        public Builder random(RandomGenerator chosen) {
            random = chosen;
            return this;
        }

        /** The settings so far. */
        public Retries build() {
            return new Retries(this);
        }
    }
}
