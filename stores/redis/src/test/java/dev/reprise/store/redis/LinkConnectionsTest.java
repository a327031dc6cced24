package dev.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.spi.StoreException;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.TcpFaultProxy;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Connections that are replaced do not pile up. Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class LinkConnectionsTest {
    private static final Duration LIMIT = Duration.ofMillis(500);
    private static final Duration SOON = Duration.ofSeconds(30);

    @BeforeEach
    void requireServers() {
        RedisServer.unavailable().ifPresent(Assumptions::abort);
    }

    /** One for commands, and one for messages. */
    @Test
    void a_connection_is_closed_if_the_other_one_could_not_be_made() {
        try (RedisServer server = RedisServer.start();
                TcpFaultProxy proxy = new TcpFaultProxy(server.port());
                RedisStore store =
                        RedisStore.at(Sample.at(proxy.port())).timeLimit(LIMIT).open()) {
            for (int round = 1; round <= 4; round++) {
                proxy.next(TcpFaultProxy.Plan.CUT_BEFORE_REQUEST);
                replace(server, proxy, store);
            }
            replace(server, proxy, store);

            Awaitility.await().atMost(SOON).until(() -> connections(server) == 2);
            assertThat(store.find(Sample.id("none"))).isEmpty();
        }
    }

    /** Until both connections have been tried. */
    private static void replace(RedisServer server, TcpFaultProxy proxy, RedisStore store) {
        int before = proxy.connections();
        Awaitility.await().atMost(SOON).until(() -> {
            server.freeze();
            try {
                assertThatThrownBy(() -> store.find(Sample.id("none"))).isInstanceOf(StoreException.class);
            } finally {
                server.thaw();
            }
            return proxy.connections() >= before + 2;
        });
        // Answered by whichever connection is used from now on.
        Awaitility.await()
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> store.find(Sample.id("none")).isEmpty());
    }

    /** All but that of whoever asks. */
    private static long connections(RedisServer server) {
        return server.command("CLIENT", "LIST").lines().count() - 1;
    }

    @Test
    void a_server_of_a_cluster_has_the_wire_of_its_latest_connection() {
        try (RedisServer server = RedisServer.start();
                RedisClient client = RedisClient.create(Sample.at(server))) {
            NodeWires wires = new NodeWires();
            StatefulRedisConnection<byte[], byte[]> first = client.connect(ByteArrayCodec.INSTANCE);
            StatefulRedisConnection<byte[], byte[]> second = client.connect(ByteArrayCodec.INSTANCE);

            ScriptWire wire = wire(wires, first);
            assertThat(wire(wires, first)).isSameAs(wire);
            assertThat(wire(wires, second)).isNotSameAs(wire).isSameAs(wire(wires, second));
            assertThat(wires.size()).isEqualTo(1);
        }
    }

    private static ScriptWire wire(NodeWires wires, StatefulRedisConnection<byte[], byte[]> connection) {
        return wires.of("127.0.0.1:1", connection, made -> new ScriptWire(made.async(), null));
    }
}
