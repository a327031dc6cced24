package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.IdempotencyEngine;
import dev.reprise.testkit.Parallel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Many callers of the same operation, in two stores, as in two processes. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedCassandra.class)
class CassandraDuplicatesTest {
    private static final int KEYS = "full".equals(System.getProperty("reprise.proof")) ? 200 : 40;

    @Test
    void fifty_duplicates_of_each_key_execute_it_once_S16(CqlSession session) throws Exception {
        Transfers transfers = new Transfers();
        try (CassandraStore one = open(session);
                CassandraStore other = open(session);
                IdempotencyEngine engine = IdempotencyEngine.over(one).build();
                IdempotencyEngine second = IdempotencyEngine.over(other).build()) {
            for (int i = 0; i < KEYS; i++) {
                String key = "duplicate-" + i;
                AtomicInteger next = new AtomicInteger();

                List<String> answers =
                        Parallel.run(50, () -> transfers.send(next.getAndIncrement() % 2 == 0 ? engine : second, key));

                assertThat(answers).hasSize(50).containsOnly(key + " 1");
            }
        }
        assertThat(transfers.effects()).hasSize(KEYS);
    }

    private static CassandraStore open(CqlSession session) {
        return CassandraStore.over(session)
                .keyspace(CassandraSessions.KEYSPACE)
                .timeLimit(Duration.ofSeconds(10))
                .open();
    }
}
