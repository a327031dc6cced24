package dev.reprise.store.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A wire for each server of a cluster, on the connection with it that is used now; those of earlier ones are forgotten. Thread-safe. */
final class NodeWires {
    private final Map<String, NodeWire> wires = new ConcurrentHashMap<>();

    private record NodeWire(StatefulRedisConnection<byte[], byte[]> connection, ScriptWire wire) {}

    /**
     * The wire of a connection, the same each time.
     *
     * @param server its address
     */
    ScriptWire of(
            String server,
            StatefulRedisConnection<byte[], byte[]> connection,
            Function<StatefulRedisConnection<byte[], byte[]>, ScriptWire> making) {
        NodeWire known = wires.get(server);
        if (known != null && known.connection().equals(connection)) {
            return known.wire();
        }
        return wires.compute(
                        server,
                        (address, there) -> there != null && there.connection().equals(connection)
                                ? there
                                : new NodeWire(connection, making.apply(connection)))
                .wire();
    }

    /** How many there are. */
    int size() {
        return wires.size();
    }
}
