package dev.reprise.store.jdbc;

import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.AwaitedStore;

/** The contract holds as well where nobody waits. */
class H2AsyncContractTest extends H2StoreContractTest {
    @Override
    protected OperationStore openStore() {
        return AwaitedStore.of((AsyncOperationStore) super.openStore());
    }
}
