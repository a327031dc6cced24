package dev.reprise.store.redis;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.RecordLimits;
import dev.reprise.spi.StoreCapability;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Call;
import io.lettuce.core.RedisURI;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in Redis 6.2 or newer, or Valkey 8 or newer, under leases, for any number of processes: on one server, on the primary
 * that Sentinel names, or in a cluster.
 *
 * <p>How it works:
 *
 * <ol>
 *   <li>A record is one string ({@link RecordText}). Each call is one script, which the server runs alone; a duplicate's answer is a script as well. Nothing is
 *       ever read from a replica (S30).
 *   <li>Scripts ask their own server for the time (S28). A fencing token is that time in microseconds, or one more than the record's
 *       former token or the latest that was deleted in its bucket, if that is greater (S27). There are 4,096 buckets.
 *   <li>A finished record vanishes by itself at the end of its retention; running and unknown ones never do (S23).
 *   <li>Who waits for an operation marks its record, and the script that ends it publishes that.
 * </ol>
 *
 * <p>What was acknowledged can be lost: by a failover to a replica that did not have it yet, and by a server that does not write each
 * command to its disk. An operation whose claim was lost is executed twice. {@link #warnings} says what of this the servers' settings
 * allow, and {@link Builder#replicas} makes it rarer.
 *
 * <p>Thread-safe. Calls take up to the time limit; the driver's threads never wait.
 */
public final class RedisStore implements AsyncOperationStore {
    private static final Logger LOG = System.getLogger(RedisStore.class.getName());
    static final byte[] YES = {'1'};
    private static final byte[] NO = {'0'};
    private static final Set<StoreCapability> CAPABILITIES =
            Set.of(StoreCapability.NOTIFYING, StoreCapability.SELF_EXPIRING, StoreCapability.LOSING);

    private final RedisLink link;
    private final ScriptRunner scripts;
    private final RedisWaiters waiters;
    private final RedisListing listing;
    private final List<String> warnings;
    private volatile boolean closed;

    private RedisStore(RedisLink link, Builder builder) {
        this.link = link;
        KeySpace keys = builder.keys;
        ServerCheck check = new ServerCheck(Deadline.in(builder.timeLimit));
        for (RedisLink.Primary primary : Deadline.in(builder.timeLimit).await(link.primaries())) {
            check.look(primary, builder.replicas);
        }
        warnings = check.warnings();
        warnings.forEach(warning -> LOG.log(Level.WARNING, "Redis: " + warning));
        scripts = new ScriptRunner(link, keys, builder.timeLimit);
        waiters = new RedisWaiters(link, keys.channel());
        listing = new RedisListing(link, keys, scripts, builder.timeLimit);
    }

    /** A store on one server, or on the primary that the Sentinels of the address name. */
    public static Builder at(RedisURI address) {
        return new Builder(settings -> new SingleLink(address, settings));
    }

    /** A store in a cluster, of which some servers are known. */
    public static Builder onCluster(RedisURI... some) {
        List<RedisURI> seeds = List.of(some);
        return new Builder(settings -> new ClusterLink(seeds, settings));
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return CAPABILITIES;
    }

    /** What the servers may lose of what they acknowledge, and when, in words for an operator; as it was when the store was opened. */
    public List<String> warnings() {
        return warnings;
    }

    /** How many scripts the store has sent since it was opened: each is one round trip. */
    public long scripts() {
        return scripts.sent();
    }

    @Override
    public Acquisition acquire(Claim claim) {
        return acquisition(claim, start(claim).await());
    }

    @Override
    public CompletionStage<Acquisition> acquireAsync(Claim claim) {
        return told(start(claim), answer -> acquisition(claim, answer));
    }

    private Call<Object> start(Claim claim) {
        byte[] id = RecordText.id(claim.id());
        RecordName name = RecordName.of(claim.id().key(), id);
        byte[] lease = RecordText.micros(claim.lease());
        byte[] record = RecordText.of(claim, id);
        return claim.takeOverFrom().equals(FencingToken.NONE)
                ? run(RedisScript.ACQUIRE, name, lease, record)
                : run(RedisScript.ACQUIRE, name, lease, record, RecordText.token(claim.takeOverFrom()));
    }

    private static Acquisition acquisition(Claim claim, Object answered) {
        byte[] answer = (byte[]) answered;
        return RecordText.isAcquired(answer)
                ? new Acquisition.Acquired(RecordText.lease(claim, answer))
                : new Acquisition.Existing(requireSame(claim.id(), RecordText.whole(answer)), RecordText.time(answer));
    }

    private static OperationRecord requireSame(OperationId id, @Nullable OperationRecord record) {
        if (record == null || !record.id().equals(id)) {
            throw StoreException.nothingDone(
                    id + " and " + (record == null ? "nothing" : record.id()) + " have the same hash; use another key",
                    null);
        }
        return record;
    }

    @Override
    public boolean withdraw(Claim claim) {
        return isDone(
                run(RedisScript.WITHDRAW, RecordName.of(claim.id()), RecordText.of(claim, RecordText.id(claim.id()))));
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        RecordName name = RecordName.of(lease.id());
        return status(run(RedisScript.RENEW, name, RecordText.token(lease.token()), RecordText.micros(lease.length()))
                .await());
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        RecordName name = RecordName.of(lease.id());
        LeaseStatus status = status(start(name, lease, response, retention).await());
        waiters.changed(name);
        return status;
    }

    @Override
    public CompletionStage<LeaseStatus> completeAsync(Lease lease, Response response, Duration retention) {
        RecordName name = RecordName.of(lease.id());
        return told(start(name, lease, response, retention), answer -> {
            waiters.changed(name);
            return status(answer);
        });
    }

    private Call<Object> start(RecordName name, Lease lease, Response response, Duration retention) {
        RecordLimits.retention(retention);
        return run(
                RedisScript.COMPLETE,
                name,
                RecordText.token(lease.token()),
                RecordText.micros(retention),
                RecordText.millis(retention),
                RecordText.of(response));
    }

    @Override
    public LeaseStatus release(Lease lease) {
        RecordName name = RecordName.of(lease.id());
        LeaseStatus status = status(
                run(RedisScript.RELEASE, name, RecordText.token(lease.token())).await());
        waiters.changed(name);
        return status;
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return park(lease.id(), lease.token(), reason, NO) ? LeaseStatus.HELD : LeaseStatus.LOST;
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return park(id, token, reason, YES);
    }

    private boolean park(OperationId id, FencingToken token, String reason, byte[] onlyAbandoned) {
        RecordName name = RecordName.of(id);
        boolean done =
                isDone(run(RedisScript.PARK, name, RecordText.token(token), RecordText.of(reason), onlyAbandoned));
        waiters.changed(name);
        return done;
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        byte[] micros = RecordText.micros(RecordLimits.turn(turn));
        return isDone(run(RedisScript.RECONCILE, RecordName.of(id), RecordText.token(token), micros));
    }

    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        return find(id).map(OperationRecord::asListed)
                .filter(record ->
                        record.state() instanceof Completed && record.token().equals(token))
                .map(record -> (Completed) record.state())
                .filter(left -> isDone(run(
                        RedisScript.ERASE, RecordName.of(id), RecordText.token(token), RecordText.of(left.response()))))
                .isPresent();
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        byte[] answer = (byte[]) run(RedisScript.FIND, RecordName.of(id), YES).await();
        Instant now = RecordText.time(answer);
        return Optional.ofNullable(RecordText.whole(answer))
                .map(record -> requireSame(id, record))
                .filter(record -> !record.expiredAt(now));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Unknown operations come first, in the order of their claims within each of the 4,096 buckets, each of which costs a command.
     * The others cost a walk through all keys of each server, also those of one idempotency key; a server that is started again or
     * replaced ends the walk.
     */
    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        requireOpen();
        return listing.list(query);
    }

    /** Finds nothing to do, ever: records vanish by themselves. */
    @Override
    public int purgeExpired(int limit) {
        requireOpen();
        return 0;
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        RecordName name = RecordName.of(id);
        waiters.await(name, () -> isDone(run(RedisScript.WATCH, name, RecordText.token(token))), atMost);
    }

    private Call<Object> run(RedisScript script, RecordName name, byte[]... arguments) {
        requireOpen();
        return scripts.run(script, name, arguments);
    }

    private static boolean isDone(Call<Object> call) {
        return call.await().equals(1L);
    }

    private static LeaseStatus status(Object answer) {
        return answer.equals(1L) ? LeaseStatus.HELD : LeaseStatus.LOST;
    }

    /** What an answer means, told on the driver's thread; a failure stays a {@link StoreException}. */
    private static <R> CompletionStage<R> told(Call<Object> call, Function<Object, R> meaning) {
        CompletableFuture<R> told = new CompletableFuture<>();
        var unused = call.toStage().whenComplete((answer, failure) -> {
            try {
                if (failure == null) {
                    told.complete(meaning.apply(answer));
                } else {
                    told.completeExceptionally(failure);
                }
            } catch (RuntimeException e) {
                told.completeExceptionally(e);
            }
        });
        return told;
    }

    private void requireOpen() {
        if (closed) {
            throw StoreException.nothingDone("The store is closed", null);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            link.close();
        }
    }

    /** Settings of a store. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST_TIME_LIMIT = Duration.ofHours(1);
        private static final int ATTEMPTS = 3;

        private final Function<LinkSettings, RedisLink> opening;
        private KeySpace keys = new KeySpace("reprise");
        private Duration timeLimit = Duration.ofSeconds(2);
        private int replicas;

        private Builder(Function<LinkSettings, RedisLink> opening) {
            this.opening = opening;
        }

        /**
         * What all keys begin with, and the channel, {@code reprise} by default. Stores with the same prefix share their operations.
         * 1 to 100 letters, digits, and characters of {@code _.:-}.
         */
        public Builder prefix(String chosen) {
            this.keys = new KeySpace(chosen);
            return this;
        }

        /** How long a call may take before it fails (S22), an hour at most. 2 seconds by default. */
        public Builder timeLimit(Duration chosen) {
            if (chosen.compareTo(Duration.ofMillis(1)) < 0 || chosen.compareTo(LONGEST_TIME_LIMIT) > 0) {
                throw new IllegalArgumentException("timeLimit is 1 ms to " + LONGEST_TIME_LIMIT + ": " + chosen);
            }
            this.timeLimit = chosen;
            return this;
        }

        /**
         * How many replicas must have a write before it counts. 0 by default. A write that they do not have within a quarter of the
         * time limit fails as one of which nobody knows whether it happened, and a recorded answer is given to nobody before they have
         * it. With one replica, and 1 here, a failover loses nothing that was acknowledged; with more replicas, it may promote one that
         * had not acknowledged.
         */
        public Builder replicas(int chosen) {
            if (chosen < 0) {
                throw new IllegalArgumentException("replicas must not be negative: " + chosen);
            }
            this.replicas = chosen;
            return this;
        }

        /** A process that has just started, on a busy machine, may not make it within the time limit of a call. */
        private RedisLink connected() {
            LinkSettings settings = new LinkSettings(timeLimit, replicas);
            for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
                try {
                    return opening.apply(settings);
                } catch (StoreException e) {
                    LOG.log(Level.DEBUG, "Redis: attempt {0} to connect failed: {1}", attempt, e.getMessage());
                }
            }
            return opening.apply(settings);
        }

        /**
         * Connects, looks at the servers' settings, and opens the store. Not to be called from a virtual thread.
         *
         * @throws StoreException if a server cannot be reached, is too old, is a replica, or is set to evict records; the message says
         *     what to do
         */
        public RedisStore open() {
            RedisLink link = connected();
            try {
                return new RedisStore(link, this);
            } catch (RuntimeException e) {
                link.close();
                throw e;
            }
        }
    }
}
