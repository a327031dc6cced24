package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.IdempotencyEngine;
import dev.reprise.testkit.CassandraNodes;
import dev.reprise.testkit.Parallel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/** Two data centres of one node each, and the two copies of an operation sent to both at the same time. */
@Isolated("the nodes need the processors")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CassandraDataCentresTest {
    private static final boolean FULL = "full".equals(System.getProperty("reprise.proof"));
    private static final int KEYS = 200;

    @SuppressWarnings("NullAway.Init")
    private CassandraNodes nodes;

    @BeforeAll
    void start() {
        Assumptions.assumeTrue(FULL, "two data centres of Cassandra are started in the full proof");
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        nodes = CassandraNodes.of(2)
                .options("-XX:TieredStopAtLevel=1")
                .dataCentre(1, "north")
                .dataCentre(2, "south")
                .start();
    }

    @AfterAll
    void stop() {
        if (nodes != null) {
            nodes.close();
        }
    }

    @Test
    void a_majority_of_all_copies_executes_once_wherever_retries_arrive_S16() throws Exception {
        assertThat(effectsBeyondOne(SerialConsistency.EVERYWHERE, "everywhere")).isZero();
    }

    /** What the settings warn of: not what one wants, but what one gets. */
    @Test
    void a_lock_for_each_data_centre_executes_twice_what_arrives_in_both() throws Exception {
        assertThat(effectsBeyondOne(SerialConsistency.LOCAL, "local")).isPositive();
    }

    @Test
    void whoever_opens_the_store_is_told_so() {
        try (CqlSession north = CassandraSessions.in("north", nodes, 1)) {
            createTables(north, "advice");
            CqlTables tables = new CqlTables("advice", CqlTables.DEFAULT_PREFIX);

            assertThat(new SchemaCheck(north, tables, SerialConsistency.LOCAL).replicationAdvice())
                    .anySatisfy(
                            advice -> assertThat(advice).contains("each of the 2 data centres", "a lock of its own"))
                    .anySatisfy(advice -> assertThat(advice).contains("1 copies (south)"));
            assertThat(new SchemaCheck(north, tables, SerialConsistency.EVERYWHERE).replicationAdvice())
                    .noneSatisfy(advice -> assertThat(advice).contains("a lock of its own"));
        }
    }

    /** How many effects there were that should not have been. */
    private int effectsBeyondOne(SerialConsistency consistency, String keyspace) throws Exception {
        Transfers transfers = new Transfers();
        try (CqlSession north = CassandraSessions.in("north", nodes, 1);
                CqlSession south = CassandraSessions.in("south", nodes, 2)) {
            createTables(north, keyspace);
            try (CassandraStore one = open(north, keyspace, consistency);
                    CassandraStore other = open(south, keyspace, consistency);
                    IdempotencyEngine engine = IdempotencyEngine.over(one).build();
                    IdempotencyEngine second = IdempotencyEngine.over(other).build()) {
                for (int i = 0; i < KEYS; i++) {
                    String key = keyspace + "-" + i;
                    AtomicInteger caller = new AtomicInteger();
                    Parallel.run(2, () -> transfers.send(caller.getAndIncrement() == 0 ? engine : second, key));
                }
            }
        }
        assertThat(transfers.effects()).hasSize(KEYS);
        int beyond = transfers.count() - KEYS;
        System.getLogger(CassandraDataCentresTest.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        consistency + ": " + KEYS + " operations, each sent to both data centres, " + transfers.count()
                                + " effects");
        return beyond;
    }

    private static void createTables(CqlSession session, String keyspace) {
        CassandraSessions.execute(
                session,
                "CREATE KEYSPACE IF NOT EXISTS " + keyspace
                        + " WITH replication = {'class': 'NetworkTopologyStrategy', 'north': 1, 'south': 1}");
        CassandraSchema.of(keyspace, "reprise").create(session);
    }

    private static CassandraStore open(CqlSession session, String keyspace, SerialConsistency consistency) {
        return CassandraStore.over(session)
                .keyspace(keyspace)
                .serialConsistency(consistency)
                .timeLimit(Duration.ofSeconds(10))
                .open();
    }
}
