package dev.reprise.client;

import dev.reprise.client.spi.AsyncTransport;
import dev.reprise.client.spi.RetryTimer;
import dev.reprise.client.spi.RetryableRequest;
import dev.reprise.client.spi.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
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
    private final CallStart start;

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
        this.start = new CallStart(this);
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
     * Makes a call on this thread: sends, waits and sends again, until the policy or an answer ends it.
     *
     * @throws CallFailedException if it ends without an answer, whatever the reason
     * @throws InterruptedException if the thread is interrupted, also while it waits (C9); it has suppressed a {@link
     *     CallFailedException} with the report, as has an {@link Error} that ends the call (C8)
     * @throws IllegalArgumentException if the key in the request is malformed, or the policy has hedging
     */
    public <A> Sent<A> send(RetryableRequest request, Transport<A> transport) throws IOException, InterruptedException {
        requireNoHedging("a Transport");
        return new BlockingLoop(this, start).send(request, transport);
    }

    /**
     * Makes a call in the background, for a client whose threads must not wait. No thread waits for an answer or between
     * attempts. Cancelling the future breaks the call off at once (C9); it fails as {@link #send} does, and a cancellation or a
     * timeout has suppressed a {@link CallFailedException} with the report (C8).
     *
     * @throws IllegalArgumentException if the key in the request is malformed, or the policy has hedging
     */
    public <A> CompletableFuture<Sent<A>> sendAsync(RetryableRequest request, AsyncTransport<A> transport) {
        requireNoHedging("an AsyncTransport");
        return new AsyncLoop<>(this, request, transport).start();
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

    /** Gives a request its key; what comes is the call that it begins. */
    CallStart start() {
        return start;
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

    KeyGenerator keys() {
        return keys;
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
