package dev.reprise.store.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The connections of a store to its servers. Thread-safe. */
interface RedisLink extends AutoCloseable {
    /** Where scripts with this key are run: at the primary that has it, and never at a replica (S30). */
    CompletableFuture<ScriptWire> wire(byte[] key);

    /** All primaries, in a stable order. */
    CompletionStage<List<Primary>> primaries();

    /** Tells of each message on the channel from now on. To be called once. */
    void subscribe(String channel, Consumer<byte[]> listener);

    /** Whether messages arrive. */
    boolean listens();

    /** A call that began then was not answered in time. */
    void late(long startedNanos);

    /** Something was answered. */
    void answered();

    @Override
    void close();

    /**
     * A server that takes writes.
     *
     * @param id names it in its cluster; empty if it is alone
     * @param commands runs commands at it
     */
    record Primary(String id, RedisClusterAsyncCommands<byte[], byte[]> commands) {}
}
