package dev.reprise.store.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How connections behave.
 *
 * @param timeLimit how long a call may take
 * @param replicas how many replicas have to have a write before it is acknowledged
 */
record LinkSettings(Duration timeLimit, int replicas) {
    /** How many commands may wait for answers; a server that hangs must not fill the memory. */
    private static final int MOST_WAITING = 100_000;

    /** WAIT holds up whatever comes behind it. */
    private static final int PATIENCE_SHARE = 4;

    /**
     * The driver connects again by itself and rejects commands meanwhile. Then it does not send again either what was on its way when a
     * connection was lost: whoever waits for it hears of that at once.
     */
    <B extends ClientOptions.Builder> B apply(B builder) {
        builder.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_WAITING)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(timeLimit)
                        .keepAlive(true)
                        .build());
        return builder;
    }

    /** The address, with the time limit for what happens before a connection is used. */
    RedisURI limited(RedisURI address) {
        RedisURI.Builder copy = RedisURI.builder(address).withTimeout(timeLimit);
        // The driver's copy has not got them.
        address.getSentinels().forEach(sentinel -> copy.withSentinel(limited(sentinel)));
        if (address.getSentinelMasterId() != null) {
            copy.withSentinelMasterId(address.getSentinelMasterId());
        }
        return copy.build();
    }

    /** @param replicatedMicros what connections with the same primary, and the one before it, share */
    @Nullable
    Replication replication(StatefulRedisConnection<byte[], byte[]> connection, AtomicLong replicatedMicros) {
        return replicas == 0
                ? null
                : new Replication(connection, replicas, timeLimit.dividedBy(PATIENCE_SHARE), replicatedMicros);
    }
}
