package dev.reprise.gateway.proxy;

import org.jspecify.annotations.Nullable;

/** What one exchange or connection holds. Thread-safe. */
final class MemoryShare {
    private final MemoryPool pool;
    private final ArraySizes sizes;
    private volatile long held;
    private long reserved;
    private long kept;
    private boolean closed;
    private volatile long since;
    private volatile @Nullable Runnable letGo;

    MemoryShare(MemoryPool pool, ArraySizes sizes) {
        this.pool = pool;
        this.sizes = sizes;
    }

    long held() {
        return held;
    }

    /**
     * Whether that many more bytes may be held.
     *
     * @param more to be kept for what comes behind {@link #openReserve}
     */
    synchronized boolean take(long bytes, long more) {
        kept += more;
        return take(bytes + more);
    }

    /** Whether that many more bytes may be held. */
    synchronized boolean take(long bytes) {
        long fromReserve = Math.min(bytes, reserved);
        long fresh = bytes - fromReserve;
        if (closed || (fresh > 0 && !pool.take(fresh, held))) {
            return false;
        }
        reserved -= fromReserve;
        held += fresh;
        return true;
    }

    /** From now on what was kept is there to be taken. */
    synchronized void openReserve() {
        reserved += kept;
        kept = 0;
    }

    /** Whether an array of that many bytes may be held. */
    boolean takeArray(int length) {
        return take(sizes.of(length));
    }

    /** Counts bytes that are held already, and which something else bounds. */
    synchronized void add(long bytes) {
        if (!closed) {
            pool.add(bytes);
            held += bytes;
        }
    }

    /** Gives some of it back. */
    void release(long bytes) {
        add(-bytes);
    }

    void releaseArray(int length) {
        release(sizes.of(length));
    }

    /** Gives everything back, and counts nothing from then on. */
    synchronized void giveBack() {
        goesOn();
        closed = true;
        pool.add(-held);
        held = 0;
    }

    /**
     * The caller is waited for.
     *
     * @param from since when, as {@link System#nanoTime} tells it
     * @param evicted what to do if the memory is needed by others; called on any thread
     */
    void waits(long from, Runnable evicted) {
        since = from;
        letGo = evicted;
        pool.waits(this);
    }

    /** The caller is not waited for any more. */
    void goesOn() {
        if (letGo != null) {
            letGo = null;
            pool.goesOn(this);
        }
    }

    long waited(long now) {
        return now - since;
    }

    /** Gives up on the caller, so that others get what is held for it. */
    void evict() {
        Runnable action = letGo;
        goesOn();
        if (action != null) {
            action.run();
        }
    }
}
