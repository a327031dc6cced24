package dev.reprise.webhook;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import dev.reprise.OperationId;
import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxState;
import dev.reprise.spi.OperationStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells a receiver by HTTP, at least once, of every operation whose outcome has become unknown (S15).
 *
 * <p>How it works:
 *
 * <ol>
 *   <li>It looks at the unknown operations of a store, a bounded number at a time: any process can have made one so. As an {@link
 *       IdempotencyListener} of engines it also looks at once at those that they tell of.
 *   <li>What is new goes into an outbox, under an idempotency key that is made of the operation and its fencing token. So it is there once,
 *       however many nodes share the outbox, and a receiver that is safe to retry acts once, even if nodes have outboxes of their own.
 *   <li>A {@link Deliverer} sends it as JSON until it is accepted, for up to a week: an answer 4xx may come from what stands before a
 *       receiver that is away. Then it is parked, and {@link Outbox#retry} sends it again.
 *   <li>What was told of, or was parked, stays in the outbox for 90 days. An operation that is still unknown then is told of once more.
 * </ol>
 *
 * <p>An abandoned operation is not unknown yet, and not told of: the next request with its key decides. Thread-safe.
 */
public final class UnknownWebhook implements IdempotencyListener, AutoCloseable {
    /** Shorter than the lease, and so that a receiver that hangs holds nobody up for long. */
    private static final Duration ROUND = Duration.ofSeconds(25);

    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Duration LONGEST_QUESTION = Duration.ofMinutes(1);
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(1);
    private static final int AT_ONCE = 4;
    /** Enough to see what the receiver said. */
    private static final int LONGEST_ANSWER = 1 << 12;

    /** What a field can hold. */
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]+( +[\\x21-\\x7e]+)*");

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    private final UnknownWatch watch;
    private final Deliverer deliverer;

    private UnknownWebhook(Builder builder) {
        URI receiver = builder.receiver;
        this.watch = new UnknownWatch(
                builder.store,
                new UnknownMessages(
                        builder.outbox, receiver.resolve("/"), builder.after, builder.console, InstantSource.system()),
                builder.interval,
                LONGEST_QUESTION);
        this.deliverer = Deliverer.of(builder.outbox, builder.client)
                .policy(RetryPolicy.considerate()
                        .withMaxAttempts(3)
                        .withBackoff(Backoff.full(Duration.ofMillis(500), Duration.ofSeconds(5)))
                        .withTimeLimits(ROUND, ATTEMPT)
                        // Who is told twice can bear it; who is never told cannot know.
                        .withRetention(UnknownMessages.PATIENCE.plus(LONGEST)))
                .betweenRounds(builder.betweenRounds)
                .lease(LEASE)
                .interval(
                        builder.interval.compareTo(Duration.ofSeconds(1)) < 0
                                ? builder.interval
                                : Duration.ofSeconds(1))
                .atOnce(AT_ONCE)
                .longestAnswer(LONGEST_ANSWER)
                .untilAccepted()
                .finishing(stored -> addressed(stored, builder))
                .afterRound(builder.afterRound)
                .build();
    }

    /**
     * A webhook that is not started yet. Store, outbox and client stay their owner's to close, after this.
     *
     * @param store whose operations are watched; of operations with steps, one over their table
     * @param outbox an outbox for this and nothing else: all that is in it is sent to the receiver, and what is old is deleted
     * @param client one that follows no redirects
     * @param receiver where to; its path and query are written down nowhere, because they may hold a secret
     * @throws IllegalArgumentException if the receiver is none that {@link #requireReceiver} takes, or the client follows redirects
     */
    public static Builder of(OperationStore store, Outbox outbox, HttpClient client, URI receiver) {
        return new Builder(store, outbox, client, receiver);
    }

    /**
     * Sees to it that a URL is one of a receiver.
     *
     * @throws IllegalArgumentException if it is not {@code https}, except on this machine, or has user information or a fragment
     */
    public static void requireReceiver(URI receiver) {
        String host = receiver.getHost();
        String scheme = receiver.getScheme();
        if (host == null || scheme == null || receiver.getRawUserInfo() != null || receiver.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "a receiver has a host, and neither user information nor a fragment; write it as in https://ops.example/unknown");
        }
        boolean here = LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
        if (!scheme.equalsIgnoreCase("https") && !(here && scheme.equalsIgnoreCase("http"))) {
            throw new IllegalArgumentException(
                    "a receiver on another machine is called by https, and " + host + " is not");
        }
    }

    /** As it is sent. Credentials are not in the outbox, and neither is where it goes: both may change before it is delivered. */
    private static HttpRequest addressed(HttpRequest stored, Builder builder) {
        HttpRequest.Builder sent = HttpRequest.newBuilder(stored, (name, value) -> true)
                .uri(builder.receiver)
                .setHeader("User-Agent", builder.sender);
        if (builder.authorization != null) {
            String value = builder.authorization.get();
            // The Java platform would say which value it is that it does not like.
            if (!VALUE.matcher(value).matches()) {
                throw new IllegalStateException(
                        "The value for Authorization is empty, or has characters that no field can hold");
            }
            sent.setHeader("Authorization", value);
        }
        return sent.build();
    }

    /** Begins to look and to tell. */
    public UnknownWebhook start() {
        deliverer.start();
        watch.start();
        return this;
    }

    /** Looks at an operation whose outcome has become unknown, soon and on another thread. */
    @Override
    public void on(IdempotencyEvent event) {
        if (event instanceof IdempotencyEvent.OutcomeUnknown unknown) {
            watch.hear(unknown.id());
        }
    }

    /**
     * Whether it makes progress, and why not: unknown outcomes have to be found, and the outbox has to be worked with. Does not block. A
     * receiver that takes nothing is no part of it: {@link Builder#afterRound} tells of that.
     */
    public Deliverer.Health health() {
        Deliverer.Health delivering = deliverer.health();
        String trouble = watch.trouble();
        return delivering.working() && trouble != null ? new Deliverer.Health(false, trouble) : delivering;
    }

    /**
     * Stops, and waits for a few seconds for what the store and the outbox were asked. What is not delivered is delivered after the next
     * start.
     */
    @Override
    public void close() {
        watch.close();
        deliverer.close();
    }

    /** Settings of a {@link UnknownWebhook}. Not thread-safe. */
    public static final class Builder {
        private final OperationStore store;
        private final Outbox outbox;
        private final HttpClient client;
        private final URI receiver;
        private Duration after = Duration.ZERO;
        private Duration interval = Duration.ofSeconds(10);
        private Backoff betweenRounds = Backoff.full(Duration.ofSeconds(5), Duration.ofMinutes(5));
        private String sender = "Reprise";
        private @Nullable Supplier<String> authorization;
        private @Nullable Function<OperationId, URI> console;
        private BiConsumer<IdempotencyKey, OutboxState> afterRound = (key, state) -> {};

        private Builder(OperationStore store, Outbox outbox, HttpClient client, URI receiver) {
            requireReceiver(receiver);
            if (client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new IllegalArgumentException(
                        "The client follows redirects, and would show the credential to whoever the receiver names");
            }
            this.store = store;
            this.outbox = outbox;
            this.client = client;
            this.receiver = receiver;
        }

        /**
         * For how long an outcome has to be unknown before it is told of, so that a reconciler or a slow owner can settle it first
         * (S32, S33). From 0 to 30 days. Default: 0.
         */
        public Builder after(Duration chosen) {
            after = between(Duration.ZERO, chosen);
            return this;
        }

        /**
         * How long to rest when all unknown operations of the store have been looked at, which is done at up to 1,000 a second. From 1 ms to
         * 30 days. Default: 10 seconds.
         */
        public Builder interval(Duration chosen) {
            interval = between(SHORTEST_INTERVAL, chosen);
            return this;
        }

        private static Duration between(Duration least, Duration chosen) {
            if (chosen.compareTo(least) < 0 || chosen.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "A webhook waits from " + least + " to " + LONGEST + ", and not for " + chosen);
            }
            return chosen;
        }

        /** The waits while the receiver does not answer. Default: full jitter from 5 seconds up to 5 minutes. */
        public Builder betweenRounds(Backoff chosen) {
            betweenRounds = chosen;
            return this;
        }

        /** The value of the field {@code Authorization}, asked for each time that something is sent. Default: no such field. */
        public Builder authorization(Supplier<String> chosen) {
            authorization = chosen;
            return this;
        }

        /**
         * Who tells, such as the name of this node: in the field {@code User-Agent}, and not in the message, which is the same from all
         * nodes. Default: {@code Reprise}.
         *
         * @throws IllegalArgumentException if a field cannot hold it
         */
        public Builder sender(String chosen) {
            if (!VALUE.matcher(chosen).matches()) {
                throw new IllegalArgumentException("A sender is visible ASCII, and not \"" + chosen + '"');
            }
            sender = chosen;
            return this;
        }

        /** Where people see an operation. Default: nothing is said of that. */
        public Builder console(Function<OperationId, URI> chosen) {
            console = chosen;
            return this;
        }

        /** Told what came of each round: see {@link Deliverer.Builder#afterRound}. Default: nobody. */
        public Builder afterRound(BiConsumer<IdempotencyKey, OutboxState> chosen) {
            afterRound = chosen;
            return this;
        }

        /** The settings so far. */
        public UnknownWebhook build() {
            return new UnknownWebhook(this);
        }
    }
}
