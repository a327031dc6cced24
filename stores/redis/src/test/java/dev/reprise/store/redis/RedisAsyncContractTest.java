package dev.reprise.store.redis;

import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.AwaitedStore;
import dev.reprise.testkit.RedisServer;

/** The contract holds as well where nobody waits. */
class RedisAsyncContractTest extends RedisStoreContractTest {
    RedisAsyncContractTest(RedisServer server) {
        super(server);
    }

    @Override
    protected OperationStore openStore() {
        return AwaitedStore.of((AsyncOperationStore) super.openStore());
    }
}
