package dev.reprise.store.rocksdb;

import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.AwaitedStore;

/** The contract holds as well where nobody waits. */
class RocksDbAsyncContractTest extends RocksDbStoreContractTest {
    @Override
    protected OperationStore openStore() {
        return AwaitedStore.of((AsyncOperationStore) super.openStore());
    }
}
