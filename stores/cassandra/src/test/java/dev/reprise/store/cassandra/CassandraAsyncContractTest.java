package dev.reprise.store.cassandra;

import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.AwaitedStore;

/** The contract holds as well where nobody waits. */
class CassandraAsyncContractTest extends CassandraStoreContractTest {
    CassandraAsyncContractTest(SharedCassandra.Place place) {
        super(place);
    }

    @Override
    protected OperationStore openStore() {
        return AwaitedStore.of((AsyncOperationStore) super.openStore());
    }
}
