package dev.reprise.gateway.proxy;

import io.netty.util.internal.PlatformDependent;

/**
 * Bounds the memory that is held for all callers at once: for their connections, and for their requests from the first
 * byte read until the last byte of the answer has left. Thread-safe.
 */
public final class MemoryBudget {
    /** Bodies are once in the heap, and on their way once outside of it; the rest is for everything else. */
    private static final int EXCHANGES = 4;

    private static final int CONNECTIONS = 8;

    private final ArraySizes sizes;
    private final MemoryPool exchanges;
    private final MemoryPool connections;

    /**
     * A budget by the memory that there is.
     *
     * @param sizes what arrays take
     */
    MemoryBudget(long bytes, ArraySizes sizes) {
        this.sizes = sizes;
        this.exchanges = new MemoryPool(bytes / EXCHANGES);
        this.connections = new MemoryPool(bytes / CONNECTIONS);
    }

    /** The budget of this process, by the heap and the memory outside of it that it may use. */
    public static MemoryBudget ofThisProcess() {
        long heap = Runtime.getRuntime().maxMemory();
        long direct = PlatformDependent.maxDirectMemory();
        return new MemoryBudget(direct > 0 ? Math.min(heap, direct) : heap, ArraySizes.ofThisProcess());
    }

    /** What may be held for requests and answers, in bytes. */
    public long limit() {
        return exchanges.limit();
    }

    /** What is held for them, in bytes. */
    public long held() {
        return exchanges.held();
    }

    /** What connections use outside of the heap, in bytes, with what is ready to be used again. */
    public static long direct() {
        return PlatformDependent.usedDirectMemory();
    }

    /** A share for an exchange. */
    MemoryShare exchange() {
        return new MemoryShare(exchanges, sizes);
    }

    /** A share for a connection. */
    MemoryShare connection() {
        return new MemoryShare(connections, sizes);
    }

    /** Lets the connection go that has been idle for longest. */
    void relieveConnections() {
        connections.relieve(1);
    }
}
