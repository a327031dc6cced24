package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.CassandraNodes;
import dev.reprise.testkit.NodeNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The program of {@link CassandraPartitionsTest}, in whose network nodes are cut off from each other, and not from the callers. It prints a
 * line for each kind of cut, which begins with its name.
 */
final class PartitionRun {
    static final String ISOLATED = "isolated";
    static final String PARTED = "parted";
    static final String ALONE = "alone";
    static final String FAILED = "failed";

    private static final int NODES = 3;
    private static final int ROUNDS = 3;
    private static final String KEYSPACE = "partitions";
    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);
    /** Nodes have not noticed yet, and call each other in vain. */
    private static final Duration SHORT = TIME_LIMIT.multipliedBy(3);
    /** They take each other for dead. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final NodeNetwork network;
    private final CassandraNodes nodes;
    private final Random random = new Random(20261129);
    private long claims;

    private PartitionRun(NodeNetwork network, CassandraNodes nodes) {
        this.network = network;
        this.nodes = nodes;
    }

    /** The network is cut, and whole again. */
    @FunctionalInterface
    private interface Cut {
        void make(int round, Load load) throws Exception;
    }

    /**
     * Makes the cuts, one after the other.
     *
     * @param names which; all if there are none
     */
    public static void main(String[] names) {
        Thread.ofPlatform().daemon().start(PartitionRun::endWithTheTest);
        try (NodeNetwork network = NodeNetwork.make(NODES);
                CassandraNodes nodes = CassandraNodes.of(NODES)
                        .options("-XX:TieredStopAtLevel=1")
                        .in(network)
                        .start()) {
            try (CqlSession session = CassandraSessions.open(nodes)) {
                CassandraSessions.createTables(session, KEYSPACE, NODES);
            }
            PartitionRun run = new PartitionRun(network, nodes);
            Map<String, Cut> cuts = new LinkedHashMap<>();
            cuts.put(ISOLATED, run::isolate);
            cuts.put(PARTED, run::part);
            cuts.put(ALONE, run::leaveAlone);
            if (names.length > 0) {
                cuts.keySet().retainAll(List.of(names));
            }
            cuts.forEach(run::underLoad);
        }
        System.exit(0);
    }

    private static void endWithTheTest() {
        try {
            while (System.in.read() >= 0) {
                // It says nothing.
            }
        } catch (IOException e) {
            // It is gone.
        }
        System.exit(1);
    }

    /** A node that the others do not hear decides nothing, and the others go on. */
    private void isolate(int round, Load load) throws Exception {
        int node = 1 + random.nextInt(NODES);
        network.isolate(node);
        Thread.sleep(round % 2 == 0 ? SHORT : LONG);
        load.goesOn();
        try (CqlSession session = CassandraSessions.at(nodes, node);
                CassandraStore store = open(session)) {
            assertThatThrownBy(() -> store.acquire(claim("isolated"))).isInstanceOf(StoreException.class);
        }
        network.heal();
    }

    /** Two nodes that do not hear each other both decide with the third one. */
    private void part(int round, Load load) throws Exception {
        int third = 1 + random.nextInt(NODES);
        int one = third % NODES + 1;
        int other = one % NODES + 1;
        network.part(one, other);
        Thread.sleep(round % 2 == 0 ? SHORT : LONG);
        load.goesOn();
        for (int node : new int[] {one, other}) {
            try (CqlSession session = CassandraSessions.at(nodes, node);
                    CassandraStore store = open(session)) {
                assertThat(acquired(store)).isInstanceOf(Acquisition.Acquired.class);
            }
        }
        network.heal();
    }

    /** Where nobody hears anybody, nothing is claimed, and so nothing happens. */
    private void leaveAlone(int round, Load load) throws Exception {
        for (int node = 1; node <= NODES; node++) {
            network.isolate(node);
        }
        // What was claimed before happens now, at the latest.
        Thread.sleep(TIME_LIMIT.multipliedBy(2));
        int before = load.effects();
        Thread.sleep(round % 2 == 0 ? SHORT : LONG);
        assertThat(load.effects()).isEqualTo(before);
        network.heal();
    }

    /** A node that has just missed another one may need a while to know whom it can ask. */
    private Acquisition acquired(CassandraStore store) {
        StoreException last = null;
        for (int i = 0; i < 20; i++) {
            try {
                return store.acquire(claim("parted"));
            } catch (StoreException e) {
                last = e;
            }
        }
        throw new AssertionError("A node with a majority decides nothing", last);
    }

    private Claim claim(String name) {
        long number = ++claims;
        return new Claim(
                Transfers.id(name + "-claim-" + number),
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("partition-run", number),
                Duration.ofSeconds(30),
                FencingToken.NONE);
    }

    private void underLoad(String name, Cut cut) {
        try (CqlSession session = CassandraSessions.open(nodes);
                CassandraStore one = open(session);
                CassandraStore other = open(session);
                IdempotencyEngine engine = IdempotencyEngine.over(one).build();
                IdempotencyEngine second = IdempotencyEngine.over(other).build();
                Load load = Load.start(name, new Transfers(), List.of(engine, second))) {
            load.goesOn();
            for (int round = 0; round < ROUNDS; round++) {
                cut.make(round, load);
                awaitWhole();
                load.goesOn();
            }
            System.out.println(name + ": " + load.end(one));
        } catch (Exception | AssertionError e) {
            e.printStackTrace(System.out);
            System.out.println(name + ": " + FAILED);
        } finally {
            network.heal();
        }
    }

    /** Until every node hears every other one: after a long cut, connections are silent for as long as TCP has learned to wait. */
    private void awaitWhole() {
        SimpleStatement fromAll = SimpleStatement.newInstance(
                        "SELECT principal FROM " + KEYSPACE + ".reprise_operation LIMIT 1")
                .setConsistencyLevel(DefaultConsistencyLevel.ALL);
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int node = 1; node <= NODES; node++) {
            try (CqlSession session = CassandraSessions.at(nodes, node)) {
                while (!answers(session, fromAll)) {
                    if (System.nanoTime() - end > 0) {
                        throw new AssertionError("Node " + node + " does not hear all others again");
                    }
                }
            }
        }
    }

    private static boolean answers(CqlSession session, SimpleStatement statement) {
        try {
            session.execute(statement);
            return true;
        } catch (DriverException e) {
            return false;
        }
    }

    private static CassandraStore open(CqlSession session) {
        return CassandraStore.over(session)
                .keyspace(KEYSPACE)
                .timeLimit(TIME_LIMIT)
                .open();
    }
}
