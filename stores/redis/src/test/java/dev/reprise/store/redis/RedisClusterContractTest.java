package dev.reprise.store.redis;

import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.RedisCluster;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.StoreContract;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract in a cluster of three primaries with a replica each. */
@ExtendWith(SharedServers.class)
class RedisClusterContractTest extends StoreContract {
    private final RedisCluster cluster;
    private final String prefix = "contract-" + UUID.randomUUID();

    RedisClusterContractTest(RedisCluster cluster) {
        super(Duration.ofSeconds(30));
        this.cluster = cluster;
    }

    @Override
    protected OperationStore openStore() {
        return RedisStore.onCluster(
                        RedisURI.create("127.0.0.1", cluster.primary(0).port()))
                .prefix(prefix)
                .open();
    }

    @Override
    protected void elapse(Duration atLeast) {
        PassedTime.pass(atLeast, prefix, cluster.primary(0), cluster.primary(1), cluster.primary(2));
    }
}
