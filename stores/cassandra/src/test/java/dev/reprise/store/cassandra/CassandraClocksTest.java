package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.testkit.CassandraNodes;
import dev.reprise.testkit.ShiftedClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three nodes, of which one is two minutes ahead of the others, and one two minutes behind. What a store promises: leases that are longer than
 * the four minutes by which clocks differ are nobody else's, whichever node is asked; shorter ones may seem to be over, and nothing happens
 * twice all the same.
 */
@Isolated("the nodes need the processors")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CassandraClocksTest {
    private static final boolean FULL = "full".equals(System.getProperty("reprise.proof"));
    private static final int RIGHT = 1;
    private static final int AHEAD = 2;
    private static final int BEHIND = 3;
    private static final List<Integer> NODES = List.of(RIGHT, AHEAD, BEHIND);
    private static final Duration SHIFT = Duration.ofMinutes(2);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final String KEYSPACE = "clocks";
    private static final Response RESPONSE = new Response(201, Headers.EMPTY, Body.EMPTY);

    private final AtomicLong claims = new AtomicLong();
    private final List<CqlSession> sessions = new ArrayList<>();
    private final List<CassandraStore> stores = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private CassandraNodes nodes;

    @BeforeAll
    void start() {
        Assumptions.assumeTrue(FULL, "the clocks of Cassandra's nodes are set in the full proof");
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        ShiftedClock.unavailable().ifPresent(Assumptions::abort);
        // With time limits across nodes, one that is behind gets no answer from the others: what it asks seems old to
        // them.
        nodes = CassandraNodes.of(NODES.size())
                .options("-XX:TieredStopAtLevel=1")
                .setting("internode_timeout: false")
                .clock(AHEAD, SHIFT)
                .clock(BEHIND, SHIFT.negated())
                .start();
        try (CqlSession session = CassandraSessions.open(nodes)) {
            CassandraSessions.createTables(session, KEYSPACE, NODES.size());
        }
        for (int node : NODES) {
            CqlSession session = CassandraSessions.at(nodes, node);
            sessions.add(session);
            stores.add(CassandraStore.over(session)
                    .keyspace(KEYSPACE)
                    .timeLimit(Duration.ofSeconds(10))
                    .open());
        }
    }

    @AfterAll
    void stop() {
        stores.forEach(CassandraStore::close);
        sessions.forEach(CqlSession::close);
        if (nodes != null) {
            nodes.close();
        }
    }

    /** The store whose calls a node decides. */
    private CassandraStore at(int node) {
        return stores.get(node - 1);
    }

    private Claim claim(String name, Duration lease) {
        long number = claims.incrementAndGet();
        return new Claim(
                Transfers.id(name + "-" + number),
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("clocks", number),
                lease,
                FencingToken.NONE);
    }

    private static Lease acquired(Acquisition acquisition) {
        assertThat(acquisition).isInstanceOf(Acquisition.Acquired.class);
        return ((Acquisition.Acquired) acquisition).lease();
    }

    private Acquisition takeOver(int node, Lease lease) {
        return at(node).acquire(new Claim(
                lease.id(),
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("clocks", claims.incrementAndGet()),
                lease.length(),
                lease.token()));
    }

    private Instant clockOf(int node) {
        return Objects.requireNonNull(sessions.get(node - 1)
                .execute("SELECT currentTimestamp() AS now FROM system.local")
                .one()
                .getInstant("now"));
    }

    @Test
    void the_clocks_are_wrong_as_they_should_be() {
        assertThat(clockOf(RIGHT)).isCloseTo(Instant.now(), within(20, ChronoUnit.SECONDS));
        assertThat(clockOf(AHEAD)).isCloseTo(Instant.now().plus(SHIFT), within(20, ChronoUnit.SECONDS));
        assertThat(clockOf(BEHIND)).isCloseTo(Instant.now().minus(SHIFT), within(20, ChronoUnit.SECONDS));
    }

    @Test
    void a_lease_that_is_longer_than_clocks_differ_is_nobody_elses_whichever_node_is_asked_S28() {
        for (int owner : NODES) {
            for (int asked : NODES) {
                Lease lease = acquired(at(owner).acquire(claim("long", LONG)));

                assertThat(takeOver(asked, lease)).isInstanceOf(Acquisition.Existing.class);
                assertThat(at(asked).parkAbandoned(lease.id(), lease.token(), "abandoned"))
                        .isFalse();
                assertThat(at(asked).renew(lease)).isEqualTo(LeaseStatus.HELD);
                assertThat(takeOver(owner, lease)).isInstanceOf(Acquisition.Existing.class);
                assertThat(at(asked).complete(lease, RESPONSE, LONG)).isEqualTo(LeaseStatus.HELD);
                assertThat(state(owner, lease.id())).isInstanceOf(Completed.class);
            }
        }
    }

    @Test
    void a_shorter_one_is_over_too_early_where_the_clock_is_ahead_and_its_owner_ends_it_all_the_same_S32() {
        Lease lease = acquired(at(BEHIND).acquire(claim("early", SHORT)));

        assertThat(at(AHEAD).parkAbandoned(lease.id(), lease.token(), "abandoned"))
                .isTrue();
        assertThat(state(RIGHT, lease.id())).isInstanceOf(Unknown.class);
        assertThat(at(RIGHT).acquire(claim(lease.id()))).isInstanceOf(Acquisition.Existing.class);
        assertThat(at(BEHIND).complete(lease, RESPONSE, LONG)).isEqualTo(LeaseStatus.HELD);
        assertThat(state(AHEAD, lease.id())).isInstanceOf(Completed.class);
    }

    @Test
    void one_that_is_over_is_over_late_where_the_clock_is_behind() throws InterruptedException {
        Lease lease = acquired(at(AHEAD).acquire(claim("late", Duration.ofSeconds(1))));
        Thread.sleep(1_500);

        assertThat(takeOver(BEHIND, lease)).isInstanceOf(Acquisition.Existing.class);
        assertThat(takeOver(RIGHT, lease)).isInstanceOf(Acquisition.Existing.class);
        Lease next = acquired(takeOver(AHEAD, lease));
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(at(RIGHT).complete(lease, RESPONSE, LONG)).isEqualTo(LeaseStatus.LOST);
    }

    @Test
    void a_retention_that_is_shorter_than_clocks_differ_is_over_too_early() {
        for (int node : NODES) {
            Lease lease = acquired(at(BEHIND).acquire(claim("retention", LONG)));
            assertThat(at(BEHIND).complete(lease, RESPONSE, SHIFT.minus(Duration.ofMinutes(1))))
                    .isEqualTo(LeaseStatus.HELD);

            assertThat(at(node).find(lease.id()).isPresent()).isEqualTo(node == BEHIND);
        }
    }

    @Test
    void under_load_long_leases_are_nobody_elses() throws Exception {
        assertThat(underLoad("long-leases", LONG).unknown()).isZero();
    }

    @Test
    void under_load_leases_that_seem_to_be_over_make_nothing_happen_twice() throws Exception {
        assertThat(underLoad("short-leases", SHORT).unknown()).isPositive();
    }

    private Transfers underLoad(String name, Duration lease) throws Exception {
        Transfers transfers = new Transfers(lease, Duration.ofMillis(50));
        List<IdempotencyEngine> engines = stores.stream()
                .map(store -> IdempotencyEngine.over(store).build())
                .toList();
        try (Load load = Load.start(name, transfers, engines)) {
            for (int i = 0; i < 5; i++) {
                load.goesOn();
            }
            System.getLogger(CassandraClocksTest.class.getName())
                    .log(System.Logger.Level.INFO, name + ": " + load.end(at(RIGHT)));
        } finally {
            engines.forEach(IdempotencyEngine::close);
        }
        return transfers;
    }

    private Claim claim(OperationId id) {
        return new Claim(
                id,
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("clocks", claims.incrementAndGet()),
                SHORT,
                FencingToken.NONE);
    }

    private Object state(int node, OperationId id) {
        return at(node).find(id).map(OperationRecord::state).orElseThrow();
    }
}
