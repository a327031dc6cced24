package dev.reprise.benchmarks;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.config.DriverExecutionProfile;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.session.Request;
import com.datastax.oss.driver.api.core.tracker.RequestTracker;
import dev.reprise.Body;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.support.ResponseCodec;
import dev.reprise.store.cassandra.CassandraSchema;
import dev.reprise.store.cassandra.CassandraStore;
import dev.reprise.testkit.CassandraNodes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The store on one node of Cassandra, in turns with what it replaces: a claim and a completion against the same two conditional writes by
 * the driver alone, and a replay against a plain read of the same row. Also how many requests each operation costs.
 *
 * <p>Needs {@code ./mvnw process-test-classes -pl stores/cassandra -am} before. Arguments: rounds (5), seconds per turn (10), callers (64).
 */
final class CassandraRecords {
    private static final Scope SCOPE = new Scope("3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/v1/charges");
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[32]);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration RETENTION = Duration.ofDays(1);
    private static final int REPLAYED = 5_000;

    private final CqlSession session;
    private final CassandraStore store;
    private final Response response = SampleOperations.response(420);
    private final PreparedStatement bareClaim;
    private final PreparedStatement bareCompletion;
    private final PreparedStatement bareRead;
    private final AtomicLong claims = new AtomicLong();

    /** Counts what is sent, so that nothing that the store does is left out. */
    private record Requests(AtomicLong sent) implements RequestTracker {
        @Override
        public void onSuccess(
                Request request,
                long latencyNanos,
                DriverExecutionProfile executionProfile,
                Node node,
                String requestLogPrefix) {
            sent.incrementAndGet();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    /** One of the ways. */
    private record Way(String name, Runnable operation) {}

    private CassandraRecords(CqlSession session, CassandraStore store) {
        this.session = session;
        this.store = store;
        String where = " WHERE principal = ? AND route = ? AND idempotency_key = ? ";
        bareClaim = session.prepare("UPDATE bare.reprise_operation SET fencing_token = ?, fingerprint_version = ?, "
                + "fingerprint = ?, owner = ?, lease_millis = ?, state = 'RUNNING', attempt = 1, "
                + "created_at = currentTimestamp()" + where + "IF fencing_token = null");
        bareCompletion = session.prepare("UPDATE bare.reprise_operation USING TTL 87301 SET fencing_token = ?, "
                + "attempt = ?, fingerprint_version = ?, fingerprint = ?, retention_millis = ?, response = ?, body = ?, "
                + "body_parts = null, state = 'COMPLETED', ended_at = currentTimestamp(), owner = null, "
                + "lease_start = null, lease_millis = null, reason = null, created_at = currentTimestamp()" + where
                + "IF fencing_token = ? AND state IN ('RUNNING', 'UNKNOWN')");
        bareRead = session.prepare("SELECT * FROM store.reprise_operation" + where);
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 5);
        Duration turn = Duration.ofSeconds(Arguments.number(arguments, 1, 10));
        int callers = Arguments.number(arguments, 2, 64);
        CassandraNodes.unavailable().ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        Requests requests = new Requests(new AtomicLong());
        try (CassandraNodes nodes = CassandraNodes.start(1);
                CqlSession session = session(nodes, requests)) {
            for (String keyspace : List.of("bare", "store")) {
                session.execute(SimpleStatement.newInstance("CREATE KEYSPACE " + keyspace
                                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
                        .setTimeout(Duration.ofSeconds(30)));
                CassandraSchema.of(keyspace, "reprise").create(session);
            }
            try (CassandraStore store = CassandraStore.over(session)
                    .keyspace("store")
                    .timeLimit(Duration.ofSeconds(20))
                    .open()) {
                CassandraRecords records = new CassandraRecords(session, store);
                System.out.println(Machine.describe() + ", one node of Cassandra on the same machine, Paxos v2");
                System.out.printf("%d callers, %d rounds of %d s each, medians%n%n", callers, rounds, turn.toSeconds());
                records.print(
                        List.of(
                                new Way("two conditional writes", records::barePair),
                                new Way("claim and completion", records::pair)),
                        callers,
                        rounds,
                        turn,
                        requests);
                String[] finished = records.finished();
                records.print(
                        List.of(
                                new Way("read", () -> records.bareRead(any(finished))),
                                new Way("replay", () -> records.replay(any(finished)))),
                        callers,
                        rounds,
                        turn,
                        requests);
            }
        }
    }

    private static CqlSession session(CassandraNodes nodes, Requests requests) {
        return CqlSession.builder()
                .addContactPoints(nodes.addresses())
                .withLocalDatacenter("datacenter1")
                .withRequestTracker(requests)
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(20))
                        .build())
                .build();
    }

    private void print(List<Way> ways, int callers, int rounds, Duration turn, Requests requests) throws Exception {
        List<List<Load.Result>> results = new ArrayList<>();
        long[] sent = new long[ways.size()];
        long[] done = new long[ways.size()];
        for (Way way : ways) {
            results.add(new ArrayList<>());
            Load.run(callers, Duration.ofSeconds(5), way.operation());
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < ways.size(); i++) {
                long before = requests.sent().get();
                Load.Result result = Load.run(callers, turn, ways.get(i).operation());
                sent[i] += requests.sent().get() - before;
                done[i] += result.latencies().getTotalCount();
                results.get(i).add(result);
                System.err.printf(
                        "round %d: %s %,.0f/s%n", round + 1, ways.get(i).name(), result.perSecond());
            }
        }
        System.out.println("| | per second | ratio | p50 ms | p99 ms | requests each |\n|---|---|---|---|---|---|");
        for (int i = 0; i < ways.size(); i++) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                ratios.add(results.get(i).get(round).perSecond()
                        / results.getFirst().get(round).perSecond());
            }
            List<Load.Result> mine = results.get(i);
            System.out.printf(
                    "| %s | %,.0f | %.2f | %.1f | %.1f | %.2f |%n",
                    ways.get(i).name(),
                    Quantiles.median(mine.stream().map(Load.Result::perSecond).toList()),
                    Quantiles.median(ratios),
                    Quantiles.median(mine.stream().map(Load.Result::p50Millis).toList()),
                    Quantiles.median(mine.stream().map(Load.Result::p99Millis).toList()),
                    sent[i] / (double) done[i]);
        }
        System.out.println();
    }

    private void barePair() {
        String key = UUID.randomUUID().toString();
        long token = claims.incrementAndGet();
        ByteBuffer digest = ByteBuffer.wrap(FINGERPRINT.digest());
        write(bareClaim.bind(token, 1, digest, "node#" + token, 30_000L, SCOPE.principal(), SCOPE.route(), key));
        ByteBuffer head = ByteBuffer.wrap(ResponseCodec.encode(response.withBody(Body.EMPTY)));
        ByteBuffer body = ByteBuffer.wrap(response.body().bytes());
        write(bareCompletion.bind(
                token, 1, 1, digest, RETENTION.toMillis(), head, body, SCOPE.principal(), SCOPE.route(), key, token));
    }

    private void write(BoundStatement statement) {
        boolean applied = session.executeAsync(statement
                        .setConsistencyLevel(DefaultConsistencyLevel.QUORUM)
                        .setSerialConsistencyLevel(DefaultConsistencyLevel.SERIAL))
                .toCompletableFuture()
                .join()
                .wasApplied();
        if (!applied) {
            throw new IllegalStateException("A fresh key was there");
        }
    }

    private void pair() {
        complete(UUID.randomUUID().toString());
    }

    private void complete(String key) {
        if (!(store.acquire(claim(key)) instanceof Acquisition.Acquired acquired)
                || store.complete(acquired.lease(), response, RETENTION) != LeaseStatus.HELD) {
            throw new IllegalStateException("A fresh key was there");
        }
    }

    private Claim claim(String key) {
        return new Claim(
                new OperationId(SCOPE, new IdempotencyKey(key)),
                FINGERPRINT,
                new Owner("node", claims.incrementAndGet()),
                LEASE);
    }

    private String[] finished() throws Exception {
        String[] keys = new String[REPLAYED];
        for (int i = 0; i < REPLAYED; i++) {
            keys[i] = "finished-" + i;
        }
        AtomicLong next = new AtomicLong();
        Load.times(64, REPLAYED, () -> complete(keys[(int) next.getAndIncrement()]));
        return keys;
    }

    private void bareRead(String key) {
        boolean there = session.executeAsync(bareRead.bind(SCOPE.principal(), SCOPE.route(), key)
                                .setConsistencyLevel(DefaultConsistencyLevel.LOCAL_QUORUM))
                        .toCompletableFuture()
                        .join()
                        .one()
                != null;
        if (!there) {
            throw new IllegalStateException("A finished operation was not there");
        }
    }

    private void replay(String key) {
        if (!(store.acquire(claim(key)) instanceof Acquisition.Existing)) {
            throw new IllegalStateException("A finished operation was not there");
        }
    }

    private static String any(String[] keys) {
        return keys[ThreadLocalRandom.current().nextInt(keys.length)];
    }
}
