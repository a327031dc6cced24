package dev.reprise.store.redis;

import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.StoreContract;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on one server. */
@ExtendWith(SharedServers.class)
class RedisStoreContractTest extends StoreContract {
    private final RedisServer server;
    private final String prefix = "contract-" + UUID.randomUUID();

    RedisStoreContractTest(RedisServer server) {
        super(Duration.ofSeconds(30));
        this.server = server;
    }

    @Override
    protected OperationStore openStore() {
        return RedisStore.at(RedisURI.create("127.0.0.1", server.port()))
                .prefix(prefix)
                .open();
    }

    @Override
    protected void elapse(Duration atLeast) {
        PassedTime.pass(atLeast, prefix, server);
    }
}
