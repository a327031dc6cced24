package dev.reprise.outbox;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.KeyProfile;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryingHttpClient;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is in an outbox, in rounds of a few attempts, until there is a definitive answer. Any number of
 * deliverers, on any number of nodes, share the work: one takes an operation for the time of a lease, and another one
 * if the first is gone. Thread-safe.
 */
public final class Deliverer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Deliverer.class.getName());

    private final Outbox outbox;
    private final Delivery delivery;
    private final int atOnce;
    private final Duration lease;
    private final BiConsumer<IdempotencyKey, OutboxState> afterRound;
    private final Calls calls = new Calls();
    private final Turns turns;

    private Deliverer(Builder builder) {
        this.outbox = builder.outbox;
        this.atOnce = builder.atOnce;
        this.lease = builder.lease;
        this.afterRound = builder.afterRound;
        Retries retries = Retries.builder()
                .policy(builder.policy)
                .profile(builder.profile)
                .clocks(builder.outbox.clock(), System::nanoTime)
                .random(builder.random)
                .build();
        this.delivery = new Delivery(
                outbox.clock(),
                RetryingHttpClient.of(builder.client, retries),
                builder.policy,
                builder.between,
                builder.random,
                builder.finishing,
                builder.longestAnswer,
                builder.untilAccepted);
        this.turns = new Turns(outbox, atOnce, lease, builder.interval, this::giveBack);
    }

    /** A deliverer for this outbox. It does not close the client. */
    public static Builder of(Outbox outbox, HttpClient client) {
        return new Builder(outbox, client);
    }

    /**
     * Takes operations that are due, at most as many as are sent at once, sends them, and returns their number after
     * all have finished their rounds; 0 if it is closed.
     *
     * @throws OutboxException if the database fails; what was taken is due again after its lease
     * @throws InterruptedException if the thread is interrupted; what was being sent is cancelled, and due again at
     *     once
     */
    public int deliverDue() throws InterruptedException {
        int era = calls.era();
        if (turns.isClosed()) {
            return 0;
        }
        List<Claimed> due = outbox.claim(atOnce, lease);
        try (ExecutorService threads = Turns.threads()) {
            await(due.stream()
                    .<Future<?>>map(claimed -> threads.submit(() -> deliver(claimed, era)))
                    .toList());
        }
        return due.size();
    }

    private void await(List<Future<?>> rounds) throws InterruptedException {
        try {
            for (Future<?> round : rounds) {
                round.get();
            }
        } catch (InterruptedException e) {
            calls.breakOff();
            throw e;
        } catch (ExecutionException e) {
            throw new OutboxException("A round failed: " + e.getCause(), e);
        }
    }

    private void deliver(Claimed claimed, int era) {
        DeliveryRound round;
        try {
            round = calls.make(era, () -> delivery.round(claimed));
        } catch (InterruptedException e) {
            round = delivery.brokenOff(claimed, e);
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "The round of " + claimed.request() + " failed; there will be another one", e);
            round = delivery.failed(claimed, e);
        }
        end(claimed, round);
    }

    private void giveBack(Claimed claimed) {
        end(claimed, new DeliveryRound.Later(Duration.ZERO, claimed.open(), "Its round could not be begun."));
    }

    private void end(Claimed claimed, DeliveryRound round) {
        if (!outbox.end(claimed, round)) {
            LOG.log(Level.WARNING, "The claim on {0} had run out before its round ended", claimed.request());
            return;
        }
        try {
            afterRound.accept(claimed.request().key(), round.state());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A listener failed after a round of " + claimed.request(), e);
        }
    }

    /** Delivers in the background until it is closed. */
    public Deliverer start() {
        turns.start(() -> {
            int era = calls.era();
            return claimed -> deliver(claimed, era);
        });
        return this;
    }

    /** Whether it makes progress, for a readiness probe. */
    public Health health() {
        return turns.health();
    }

    /**
     * Whether a deliverer makes progress in the background. It continues after any exception; this says when it gets
     * nowhere.
     *
     * @param working whether it takes operations
     * @param trouble what prevents that; null if nothing does
     */
    public record Health(boolean working, @Nullable String trouble) {}

    /**
     * Stops. What is being sent is cancelled, and due again at once, for other deliverers or the next one. If the database does not answer
     * within 5 seconds, it is due again after its lease.
     */
    @Override
    public void close() {
        turns.close();
        calls.breakOff();
        turns.join();
    }

    /** Settings of a {@link Deliverer}. Not thread-safe. */
    public static final class Builder {
        /** Each has a thread, and a connection when it ends. */
        private static final int MOST_AT_ONCE = 1000;

        private static final int LONGEST_ANSWER = 1 << 20;

        private final Outbox outbox;
        private final HttpClient client;
        private RetryPolicy policy = RetryPolicy.considerate();
        private KeyProfile profile = KeyProfile.ietf();
        private Backoff between = Backoff.full(Duration.ofSeconds(30), Duration.ofMinutes(30));
        private Duration lease = Duration.ofMinutes(2);
        private Duration interval = Duration.ofSeconds(1);
        private int atOnce = 16;
        private int longestAnswer = LONGEST_ANSWER;
        private boolean untilAccepted;
        private UnaryOperator<HttpRequest> finishing = UnaryOperator.identity();
        private BiConsumer<IdempotencyKey, OutboxState> afterRound = (key, state) -> {};
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

        private Builder(Outbox outbox, HttpClient client) {
            this.outbox = outbox;
            this.client = client;
        }

        /** The attempts of one round, and the server's retention. Default: {@link RetryPolicy#considerate}. */
        public Builder policy(RetryPolicy chosen) {
            policy = chosen;
            return this;
        }

        /** How the API wants its keys. Default: {@link KeyProfile#ietf}. */
        public Builder profile(KeyProfile chosen) {
            profile = chosen;
            return this;
        }

        /** The waits between rounds. Default: full jitter from 30 seconds up to half an hour. */
        public Builder betweenRounds(Backoff chosen) {
            between = chosen;
            return this;
        }

        /** How long an operation belongs to one node; longer than the policy's deadline. Default: 2 minutes. */
        public Builder lease(Duration chosen) {
            lease = chosen;
            return this;
        }

        /** How often to look for work when there was none. Default: every second. */
        public Builder interval(Duration chosen) {
            interval = chosen;
            return this;
        }

        /** How many operations are sent at once. Default: 16. */
        public Builder atOnce(int chosen) {
            atOnce = chosen;
            return this;
        }

        /** How many bytes of an answer are kept, up to a mebibyte, which is the default. */
        public Builder longestAnswer(int bytes) {
            longestAnswer = bytes;
            return this;
        }

        /**
         * Does not believe a refusal: an operation that is answered 4xx is sent again until its deadline, and then parked, so that it can
         * still be {@linkplain Outbox#retry sent again}. For notices to a receiver that may be away behind something that answers for it.
         * Default: 4xx ends an operation as {@link OutboxState#REFUSED}.
         */
        public Builder untilAccepted() {
            untilAccepted = true;
            return this;
        }

        /** Changes each request before it is sent, for example to add a credential. Default: nothing. */
        public Builder finishing(UnaryOperator<HttpRequest> chosen) {
            finishing = chosen;
            return this;
        }

        /**
         * Called after each round that is recorded, with the operation's key and the state it is in then: {@link
         * OutboxState#PENDING} if there will be another round. Thread-safe and quick; what it throws is logged. Default: nothing.
         */
        public Builder afterRound(BiConsumer<IdempotencyKey, OutboxState> chosen) {
            afterRound = chosen;
            return this;
        }

        /** Source of jitter, thread-safe. */
        public Builder random(RandomGenerator chosen) {
            random = chosen;
            return this;
        }

        /**
         * The settings so far.
         *
         * @throws IllegalArgumentException if a setting is out of its range, or two contradict each other
         */
        public Deliverer build() {
            OutboxLimits.LEASE.require(lease);
            OutboxLimits.INTERVAL.require(interval);
            // The table has milliseconds.
            if (lease.truncatedTo(ChronoUnit.MILLIS).compareTo(policy.deadline()) <= 0) {
                throw new IllegalArgumentException("lease (" + lease + ") is not longer than the policy's deadline ("
                        + policy.deadline() + "), so that two nodes would send at once");
            }
            if (atOnce < 1 || atOnce > MOST_AT_ONCE) {
                throw new IllegalArgumentException("atOnce is from 1 to " + MOST_AT_ONCE + ", not " + atOnce);
            }
            if (longestAnswer < 0 || longestAnswer > LONGEST_ANSWER) {
                throw new IllegalArgumentException(
                        "longestAnswer is from 0 to " + LONGEST_ANSWER + ", not " + longestAnswer);
            }
            return new Deliverer(this);
        }
    }
}
