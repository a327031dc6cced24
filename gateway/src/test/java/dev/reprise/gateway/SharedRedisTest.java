package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.DatabaseSettings;
import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.gateway.store.OpenStore;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.RedisCluster;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several gateways on one Redis. Mostly waits for processes, so several run at a time. */
@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class SharedRedisTest extends SharedStoreContract {
    private final RedisServer server;
    private final String prefix = UUID.randomUUID().toString();

    SharedRedisTest(RedisServer server) {
        this.server = server;
    }

    @Override
    String url() {
        return "redis://127.0.0.1:" + server.port() + "?prefix=" + prefix;
    }

    @Test
    void a_gateway_says_what_its_store_may_lose() throws Exception {
        try (ChildProcess gateway = start()) {
            port(gateway);

            assertThat(gateway.awaitLine(line -> line.contains("guarantee"), LIMIT))
                    .contains("at most once unless a primary of the store is lost");
        }
    }

    @Test
    void a_cluster_is_named_by_some_of_its_servers(RedisCluster cluster) {
        String servers = "127.0.0.1:" + cluster.ports().get(0) + ",127.0.0.1:"
                + cluster.ports().get(1);

        try (OpenStore store = OpenStore.at(place("redis-cluster://" + servers + "?prefix=" + prefix))) {
            assertThat(store.operations().purgeExpired(1)).isZero();
        }
    }

    @Test
    void a_server_that_cannot_be_reached_is_named_with_its_address_and_no_password() {
        assertThatThrownBy(() -> OpenStore.at(place("redis://:secret@127.0.0.1:1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("The database at redis://127.0.0.1:1 cannot be used: ")
                .hasMessageNotContaining("secret");
    }

    private static StoreLocation place(String url) {
        return new StoreLocation.Database(DatabaseSettings.of(url));
    }
}
