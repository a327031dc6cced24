package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedCassandra.class)
class CassandraStoreContractTest extends StoreContract {
    private final CqlSession session;

    CassandraStoreContractTest(CqlSession session) {
        super(Duration.ofSeconds(2));
        this.session = session;
    }

    @Override
    protected OperationStore openStore() {
        return CassandraStore.over(session)
                .keyspace(CassandraSessions.KEYSPACE)
                .timeLimit(Duration.ofSeconds(10))
                .open();
    }

    @Override
    protected void elapse(Duration atLeast) throws InterruptedException {
        Thread.sleep(atLeast);
    }
}
