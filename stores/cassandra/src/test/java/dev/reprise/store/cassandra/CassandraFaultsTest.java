package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationState.Completed;
import dev.reprise.testkit.CassandraNodes;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.ServerProcess;
import dev.reprise.testkit.TcpFaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Callers go on while nodes are killed, frozen and cut off. Every operation has one effect, and every answer is that of this effect.
 * Three nodes, of which one is hit at random, again and again; in the full proof alone, as nodes take minutes to start again.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CassandraFaultsTest {
    private static final boolean FULL = "full".equals(System.getProperty("reprise.proof"));
    private static final int NODES = 3;
    private static final int ROUNDS = 5;
    private static final int CALLERS = 16;
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String KEYSPACE = "faults";
    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    @SuppressWarnings("NullAway.Init")
    private CassandraNodes nodes;

    /** One of the nodes is hit, and then recovers. */
    @FunctionalInterface
    private interface Fault {
        void hit(int node) throws Exception;
    }

    @BeforeAll
    void start() {
        Assumptions.assumeTrue(FULL, "nodes of Cassandra are killed, frozen and cut off in the full proof");
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        nodes = CassandraNodes.startBehindProxies(NODES);
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
        underLoad("killed", node -> {
            ServerProcess server = nodes.node(node);
            server.kill();
            server.start();
        });
    }

    @Test
    void a_node_that_is_frozen_for_longer_than_all_time_limits_makes_nothing_happen_twice() throws Exception {
        underLoad("frozen", node -> {
            nodes.node(node).freeze();
            Thread.sleep(TIME_LIMIT.multipliedBy(4));
            nodes.node(node).thaw();
        });
    }

    @Test
    void a_node_that_is_cut_off_makes_nothing_happen_twice() throws Exception {
        underLoad("cut-off", node -> {
            TcpFaultProxy proxy = nodes.proxy(node);
            proxy.always(() -> TcpFaultProxy.Plan.stallResponseAfter(0));
            proxy.cutAll();
            Thread.sleep(TIME_LIMIT.multipliedBy(2));
            proxy.always(() -> TcpFaultProxy.Plan.PASS);
            proxy.cutAll();
        });
    }

    private synchronized void underLoad(String name, Fault fault) throws Exception {
        Transfers transfers = new Transfers();
        List<String> sent = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger caller = new AtomicInteger();
        Random random = new Random(20261129);
        try (CqlSession session = CassandraSessions.open(nodes);
                CassandraStore one = open(session);
                CassandraStore other = open(session);
                IdempotencyEngine engine = IdempotencyEngine.over(one).build();
                IdempotencyEngine second = IdempotencyEngine.over(other).build()) {
            Parallel.run(CALLERS + 1, () -> {
                int number = caller.getAndIncrement();
                if (number == CALLERS) {
                    try {
                        // A busy machine takes long to start a node; the callers have four minutes in all.
                        long end = System.nanoTime() + LONGEST.toNanos();
                        for (int round = 0; round < ROUNDS && System.nanoTime() - end < 0; round++) {
                            Thread.sleep(1_000);
                            fault.hit(1 + random.nextInt(NODES));
                        }
                        Thread.sleep(1_000);
                    } finally {
                        over.set(true);
                    }
                    return null;
                }
                // Two callers of each operation, in different stores.
                for (int i = 0; !over.get(); i++) {
                    String key = name + "-" + number / 2 + "-" + i;
                    String answer = transfers.send(number % 2 == 0 ? engine : second, key);
                    assertThat(answer).isEqualTo(key + " 1");
                    sent.add(key);
                }
                return null;
            });
            assertOneEffectEach(transfers, sent, one);
        }
    }

    private static void assertOneEffectEach(Transfers transfers, List<String> sent, CassandraStore store) {
        List<String> lost = new ArrayList<>();
        for (String key : sent) {
            boolean there = store.find(Transfers.id(key))
                    .filter(record -> record.state() instanceof Completed)
                    .isPresent();
            if (!there) {
                lost.add(key);
            }
        }
        assertThat(lost).as("acknowledged, and gone").isEmpty();
        assertThat(transfers.effects().values())
                .allSatisfy(count -> assertThat(count).hasValue(1));
        assertThat(transfers.effects()).containsKeys(sent.toArray(String[]::new));
        System.getLogger(CassandraFaultsTest.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        transfers.effects().size() + " operations, as many effects; told to come again "
                                + transfers.refused() + " times");
    }

    private static CassandraStore open(CqlSession session) {
        return CassandraStore.over(session)
                .keyspace(KEYSPACE)
                .timeLimit(TIME_LIMIT)
                .open();
    }
}
