package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.IdempotencyEngine;
import dev.reprise.testkit.CassandraNodes;
import dev.reprise.testkit.TcpFaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Callers go on while nodes are killed, frozen and cut off from them. Every operation has one effect, and every answer is that of this
 * effect. Three nodes, of which one is hit at random, again and again; in the full proof alone, as nodes take minutes to start again.
 */
@Isolated("a node that starts again needs the processors")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CassandraFaultsTest {
    private static final boolean FULL = "full".equals(System.getProperty("reprise.proof"));
    private static final int NODES = 3;
    private static final int ROUNDS = 5;
    private static final String KEYSPACE = "faults";
    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    @SuppressWarnings("NullAway.Init")
    private CassandraNodes nodes;

    /** One of the nodes is hit, the callers go on, and it recovers. */
    @FunctionalInterface
    private interface Fault {
        void hit(int node, Load load) throws Exception;
    }

    @BeforeAll
    void start() {
        Assumptions.assumeTrue(FULL, "nodes of Cassandra are killed, frozen and cut off in the full proof");
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        nodes = CassandraNodes.of(NODES)
                .behindProxies()
                .options("-XX:TieredStopAtLevel=1")
                .start();
        try (CqlSession session = CassandraSessions.open(nodes)) {
            CassandraSessions.createTables(session, KEYSPACE, NODES);
        }
    }

    @AfterAll
    void stop() {
        if (nodes != null) {
            nodes.close();
        }
    }

    @Test
    void a_node_that_is_killed_loses_nothing_and_nothing_happens_twice_S19() throws Exception {
        underLoad("killed", (node, load) -> {
            nodes.node(node).kill();
            load.goesOn();
            nodes.node(node).start();
        });
    }

    /** Whichever node is asked by one that starts, it must not hang on that one. */
    @Test
    void a_node_starts_again_while_another_one_is_frozen() {
        for (int frozen = 1; frozen <= NODES; frozen++) {
            int killed = frozen % NODES + 1;
            nodes.node(killed).kill();
            nodes.node(frozen).freeze();
            try {
                nodes.node(killed).start();
            } finally {
                nodes.node(frozen).thaw();
            }
        }
    }

    @Test
    void a_node_that_is_frozen_for_longer_than_all_time_limits_makes_nothing_happen_twice() throws Exception {
        underLoad("frozen", (node, load) -> {
            nodes.node(node).freeze();
            Thread.sleep(TIME_LIMIT.multipliedBy(4));
            load.goesOn();
            nodes.node(node).thaw();
        });
    }

    @Test
    void a_node_that_is_cut_off_makes_nothing_happen_twice() throws Exception {
        underLoad("cut-off", (node, load) -> {
            TcpFaultProxy proxy = nodes.proxy(node);
            proxy.always(() -> TcpFaultProxy.Plan.stallResponseAfter(0));
            proxy.cutAll();
            Thread.sleep(TIME_LIMIT.multipliedBy(2));
            load.goesOn();
            proxy.always(() -> TcpFaultProxy.Plan.PASS);
            proxy.cutAll();
        });
    }

    private void underLoad(String name, Fault fault) throws Exception {
        Random random = new Random(20261129);
        try (CqlSession session = CassandraSessions.open(nodes);
                CassandraStore one = open(session);
                CassandraStore other = open(session);
                IdempotencyEngine engine = IdempotencyEngine.over(one).build();
                IdempotencyEngine second = IdempotencyEngine.over(other).build();
                Load load = Load.start(name, new Transfers(), List.of(engine, second))) {
            load.goesOn();
            for (int round = 0; round < ROUNDS; round++) {
                fault.hit(1 + random.nextInt(NODES), load);
                load.goesOn();
            }
            System.getLogger(CassandraFaultsTest.class.getName())
                    .log(System.Logger.Level.INFO, name + ": " + load.end(one));
        }
    }

    private static CassandraStore open(CqlSession session) {
        return CassandraStore.over(session)
                .keyspace(KEYSPACE)
                .timeLimit(TIME_LIMIT)
                .open();
    }
}
