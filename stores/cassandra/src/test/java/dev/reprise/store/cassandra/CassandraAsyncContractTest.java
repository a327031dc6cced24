package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.AwaitedStore;

/** The contract holds as well where nobody waits. */
class CassandraAsyncContractTest extends CassandraStoreContractTest {
    CassandraAsyncContractTest(CqlSession session) {
        super(session);
    }

    @Override
    protected OperationStore openStore() {
        return AwaitedStore.of((AsyncOperationStore) super.openStore());
    }
}
