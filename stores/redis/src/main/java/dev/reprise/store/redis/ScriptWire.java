package dev.reprise.store.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which scripts are run.
 *
 * @param commands runs them
 * @param replication waits until replicas have what was written; null if nobody waits for that
 */
record ScriptWire(
        RedisClusterAsyncCommands<byte[], byte[]> commands,
        @Nullable Replication replication) {}
