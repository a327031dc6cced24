package dev.reprise.store.cassandra;

import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedCassandra.class)
class CassandraStoreContractTest extends StoreContract {
    private final SharedCassandra.Place place;

    CassandraStoreContractTest(SharedCassandra.Place place) {
        super(Duration.ofSeconds(2));
        this.place = place;
    }

    @Override
    protected OperationStore openStore() {
        return CassandraStore.over(place.session())
                .keyspace(CassandraSessions.KEYSPACE)
                .prefix(place.prefix())
                .timeLimit(Duration.ofSeconds(10))
                .open();
    }

    @Override
    protected OperationStore openAnother() {
        return openStore();
    }

    @Override
    protected void elapse(Duration atLeast) throws InterruptedException {
        Thread.sleep(atLeast);
    }
}
