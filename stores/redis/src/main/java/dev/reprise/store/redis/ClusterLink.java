package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.reprise.spi.StoreException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A cluster. The driver follows its redirections, and looks at who has which slots now and then, as well as when something points to a
 * failover.
 */
final class ClusterLink implements RedisLink {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final RedisClusterClient client;
    private final LinkSettings settings;
    private final StatefulRedisClusterConnection<byte[], byte[]> commands;
    private final StatefulRedisClusterPubSubConnection<byte[], byte[]> messages;
    private final ScriptWire everywhere;
    /** Where replicas are waited for, WAIT has to go where the script went. */
    private final NodeWires wires = new NodeWires();

    ClusterLink(List<RedisURI> seeds, LinkSettings settings) {
        this.settings = settings;
        client = RedisClusterClient.create(seeds.stream().map(settings::limited).toList());
        client.setOptions(settings.apply(ClusterClientOptions.builder())
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(LOOK_AGAIN)
                        .enablePeriodicRefresh(LOOK_AGAIN)
                        .build())
                .build());
        try {
            commands = client.connect(ByteArrayCodec.INSTANCE);
            messages = client.connectPubSub(ByteArrayCodec.INSTANCE);
        } catch (RuntimeException e) {
            client.shutdown(Duration.ZERO, settings.timeLimit());
            throw RedisFailures.of(e);
        }
        everywhere = new ScriptWire(commands.async(), null);
    }

    /**
     * The driver rejects commands for a server to which it has no connection yet, so this waits for one. A failed one is made anew by
     * the next call.
     */
    @Override
    public CompletableFuture<ScriptWire> wire(byte[] key) {
        RedisClusterNode node = commands.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
        if (node == null) {
            return CompletableFuture.failedFuture(
                    StoreException.nothingDone("No server of the cluster has the slot of this operation", null));
        }
        RedisURI address = node.getUri();
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection =
                commands.getConnectionAsync(address.getHost(), address.getPort());
        return settings.replicas() == 0
                ? connection.thenApply(ignored -> everywhere)
                : connection.thenApply(own -> wires.of(address.getHost() + ":" + address.getPort(), own, this::made));
    }

    private ScriptWire made(StatefulRedisConnection<byte[], byte[]> connection) {
        return new ScriptWire(connection.async(), settings.replication(connection, new AtomicLong()));
    }

    @Override
    public CompletionStage<List<Primary>> primaries() {
        List<RedisClusterNode> nodes = commands.getPartitions().stream()
                .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM) && !node.hasNoSlots())
                .sorted(Comparator.comparing(RedisClusterNode::getNodeId))
                .toList();
        List<CompletableFuture<Primary>> primaries = nodes.stream()
                .map(node -> commands.getConnectionAsync(node.getNodeId())
                        .thenApply(connection -> new Primary(node.getNodeId(), connection.async())))
                .toList();
        return CompletableFuture.allOf(primaries.toArray(CompletableFuture<?>[]::new))
                .thenApply(ignored ->
                        primaries.stream().map(CompletableFuture::join).toList());
    }

    /** A message reaches all servers of a cluster. */
    @Override
    public void subscribe(String channel, Consumer<byte[]> listener) {
        messages.addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] from, byte[] message) {
                listener.accept(message);
            }
        });
        var unused = messages.async().subscribe(channel.getBytes(US_ASCII));
    }

    @Override
    public boolean listens() {
        return messages.isOpen();
    }

    /** The driver replaces connections when the cluster has another primary. */
    @Override
    public void late(long startedNanos) {}

    @Override
    public void answered() {}

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, settings.timeLimit());
    }
}
