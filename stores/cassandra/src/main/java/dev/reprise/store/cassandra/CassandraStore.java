package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
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
import dev.reprise.spi.support.TimeLimit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Keeps records in Apache Cassandra 4.1 or newer, for any number of processes at a time.
 *
 * <p>How it works:
 *
 * <ol>
 *   <li>An operation is a partition, and every change of it one conditional write with the fencing token in its condition (S27): its
 *       deletion and its expiry too. A first execution is two of them, the claim and the completion, and no read.
 *   <li>A write whose outcome is unknown may still happen later. The record is read at the strongest level until it says what came of
 *       the write, or the time limit is over; a claim is recognised by its owner, everything else by its token.
 *   <li>What has ended stays for a quarter of an hour, unseen, so that a claim that comes late does not land, and the next one knows
 *       the token that it has to go beyond.
 *   <li>Leases and retention follow the clock of the server that decides a call (S28). Records expire by themselves.
 *   <li>A finished record does not change, so a plain read replays it.
 *   <li>Who waits for an operation looks again, after pauses that grow; an end in the same process wakes it at once.
 * </ol>
 *
 * <p>Thread-safe, and safe to call from virtual threads. The session stays the caller's to close. The calls that wait must not be made on
 * the threads of the driver.
 */
public final class CassandraStore implements AsyncOperationStore {
    private final CqlRecords records;
    private final TimeLimit timeLimit;
    private final TokenSource tokens;
    private final HeldClaims held = new HeldClaims();
    private final Endings endings;
    private final ClaimQueues claims;
    private final LiveListing liveListing;
    private final RecordScan scan;
    private final PolledChanges changes = new PolledChanges();
    private volatile boolean closed;

    private CassandraStore(Builder builder) {
        CqlTables tables = new CqlTables(builder.keyspace, builder.prefix);
        new SchemaCheck(builder.session, tables, builder.consistency).run();
        CqlAccess access = new CqlAccess(builder.session, builder.consistency, builder.timeLimit);
        timeLimit = new TimeLimit(builder.timeLimit);
        tokens = new TokenSource(InstantSource.system(), RandomGenerator.getDefault());
        records = new CqlRecords(access, new RecordStatements(access, tables), new Bodies(access, tables));
        LiveEntries live = new LiveEntries(access, tables);
        endings = new Endings(records, live, held, changes, timeLimit);
        claims = new ClaimQueues(records, tokens, live, held, changes, timeLimit);
        liveListing = new LiveListing(records, tables, live, tokens);
        scan = new RecordScan(records);
    }

    /** A store in the cluster of a session. */
    public static Builder over(CqlSession session) {
        return new Builder(session);
    }

    /** Finished records vanish by themselves; changes are not notified. */
    @Override
    public Set<StoreCapability> capabilities() {
        return Set.of(StoreCapability.SELF_EXPIRING);
    }

    @Override
    public Acquisition acquire(Claim claim) {
        requireOpen();
        return claims.start(claim).await();
    }

    @Override
    public CompletionStage<Acquisition> acquireAsync(Claim claim) {
        requireOpen();
        return claims.start(claim).toStage();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A first claim that is not there is also kept from landing later, by what it finds then.
     */
    @Override
    public boolean withdraw(Claim claim) {
        Lease[] released = new Lease[1];
        boolean taken = change(claim.id(), seen -> {
            OperationRecord present = seen.present();
            if (seen.state() == null && claim.takeOverFrom().equals(FencingToken.NONE)) {
                return Step.write(() -> records.statements().fence(claim.id(), tokens.next(FencingToken.NONE)), false);
            }
            if (present == null || !claim.owner().equals(present.state().owner())) {
                return Step.done(released[0] != null || seen.isFinal());
            }
            Lease lease = new Lease(claim.id(), present.token(), present.attempt(), Duration.ZERO);
            if (lease.attempt() > 1) {
                return present.state() instanceof Unknown
                        ? Step.done(true)
                        : Step.write(() -> records.statements().renew(lease), true);
            }
            released[0] = lease;
            return Step.write(() -> records.statements().release(lease), true);
        });
        if (released[0] != null) {
            endings.gone(released[0]);
        }
        return taken;
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        requireOpen();
        return endings.renew(lease).await();
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        requireOpen();
        return endings.complete(lease, response, retention).await();
    }

    @Override
    public CompletionStage<LeaseStatus> completeAsync(Lease lease, Response response, Duration retention) {
        requireOpen();
        return endings.complete(lease, response, retention).toStage();
    }

    @Override
    public LeaseStatus release(Lease lease) {
        requireOpen();
        return endings.release(lease).await();
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        requireOpen();
        return endings.park(lease, reason).await();
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return change(id, seen -> {
            OperationRecord present = seen.present();
            if (present == null || !seen.has(token)) {
                return Step.done(false);
            }
            return present.abandonedAt(seen.now())
                    ? endings.unknown(
                            id,
                            token,
                            () -> records.statements().parkAbandoned(id, Endings.shortened(reason), seen),
                            true)
                    : Step.done(present.state() instanceof Unknown);
        });
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        RecordLimits.turn(turn);
        return change(id, seen -> {
            OperationRecord present = seen.present();
            return present != null
                            && seen.has(token)
                            && present.state() instanceof Unknown unknown
                            && !unknown.reconcileAfter().isAfter(seen.now())
                    ? Step.write(() -> records.statements().startReconciling(id, turn, seen), true)
                    : Step.done(false);
        });
    }

    /**
     * {@inheritDoc}
     *
     * <p>With several data centres the answer may be replayed, in this one too, until hints or a repair have brought the erasure to the
     * nodes that are read.
     */
    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        boolean erased = change(id, seen -> {
            OperationRecord present = seen.present();
            if (present == null || !seen.has(token) || !(present.state() instanceof Completed completed)) {
                return Step.done(false);
            }
            StoredResponse left =
                    StoredResponse.of(((Completed) present.asListed().state()).response());
            Duration remaining = Duration.between(seen.now(), completed.expiresAt());
            return Step.write(() -> records.statements().eraseAnswer(present, left, remaining), true);
        });
        return erased
                && Awaited.read(
                        records.bodies().delete(id, token), records.access().timeLimit());
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        requireOpen();
        Duration atMost = records.access().timeLimit();
        Seen near = Awaited.read(records.near(id), atMost);
        Seen seen = near.isFinal() ? near : Awaited.read(records.latest(id), atMost);
        OperationRecord present = seen.present();
        return present == null
                ? Optional.empty()
                : Optional.of(Awaited.read(records.whole(present, seen.bodyParts()), atMost));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Running and unknown operations are found by an index. Finished ones, and those of one key, are found by reading all records,
     * so for an operator's questions and not for programs; a page of a large table may be empty although others follow.
     */
    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        requireOpen();
        return query.key() == null && !query.kinds().contains(OperationState.Kind.COMPLETED)
                ? liveListing.page(query)
                : scan.page(query);
    }

    /** Nothing: records expire by themselves. */
    @Override
    public int purgeExpired(int limit) {
        requireOpen();
        return 0;
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        requireOpen();
        changes.await(
                id,
                () -> {
                    requireOpen();
                    Seen seen = Awaited.read(records.near(id), records.access().timeLimit());
                    return seen.has(token) && seen.kind() == OperationState.Kind.RUNNING;
                },
                atMost);
    }

    /** That the session was closed under the store, which is the application's to keep open. */
    @Override
    public List<String> problems() {
        return !closed && records.access().isClosed() ? List.of("The session with Cassandra is closed") : List.of();
    }

    /** Later calls fail. The session stays open. */
    @Override
    public void close() {
        closed = true;
    }

    /** A change that hangs on what is there, which is read first. */
    private <R> R change(OperationId id, Function<Seen, Step<R>> rule) {
        requireOpen();
        ConditionalCall<R> call = new ConditionalCall<>(id, records, rule);
        timeLimit.watch(call);
        call.read();
        return call.await();
    }

    private void requireOpen() {
        if (closed) {
            throw StoreException.nothingDone("The store is closed", null);
        }
    }

    /** Settings of a store. Not thread-safe. */
    public static final class Builder {
        private static final Duration SHORTEST_TIME_LIMIT = Duration.ofMillis(100);
        private static final Duration LONGEST_TIME_LIMIT = Duration.ofHours(1);

        private final CqlSession session;
        private String keyspace = CqlTables.DEFAULT_PREFIX;
        private String prefix = CqlTables.DEFAULT_PREFIX;
        private Duration timeLimit = Duration.ofSeconds(2);
        private SerialConsistency consistency = SerialConsistency.EVERYWHERE;

        private Builder(CqlSession session) {
            this.session = session;
        }

        /** In which keyspace the tables are. {@code reprise} by default. */
        public Builder keyspace(String chosen) {
            this.keyspace = chosen;
            return this;
        }

        /** How the names of the tables begin. {@code reprise} by default. */
        public Builder prefix(String chosen) {
            this.prefix = chosen;
            return this;
        }

        /**
         * How long a call may take before it fails (S22), 100 milliseconds to an hour. 2 seconds by default. A write gets two thirds
         * of it, and what is left is for finding out what came of one that got no answer.
         */
        public Builder timeLimit(Duration chosen) {
            if (chosen.compareTo(SHORTEST_TIME_LIMIT) < 0 || chosen.compareTo(LONGEST_TIME_LIMIT) > 0) {
                throw new IllegalArgumentException(
                        "timeLimit must be " + SHORTEST_TIME_LIMIT + " to " + LONGEST_TIME_LIMIT + ": " + chosen);
            }
            this.timeLimit = chosen;
            return this;
        }

        /** Between which servers claims are decided. {@link SerialConsistency#EVERYWHERE} by default. */
        public Builder serialConsistency(SerialConsistency chosen) {
            this.consistency = chosen;
            return this;
        }

        /**
         * Looks at the cluster and opens the store. Waits for the cluster, so not to be called on the threads of the driver.
         *
         * @throws StoreException if the cluster cannot be reached, is too old, or has not the tables; the message says what to do
         */
        public CassandraStore open() {
            try {
                return new CassandraStore(this);
            } catch (DriverException e) {
                throw StoreException.nothingDone(
                        "Cassandra did not prepare the store's statements: " + e.getMessage(), e);
            }
        }
    }
}
