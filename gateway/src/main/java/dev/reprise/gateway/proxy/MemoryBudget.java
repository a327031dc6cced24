package dev.reprise.gateway.proxy;

import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory that is held for all callers at once: for their connections and requests, for bodies from the first
 * byte read until the last has left, and for what waits to be written.
 *
 * <p>Connections may take a half of it, and exchanges that hold much three quarters, so that there is always room for
 * those that hold little. When it gets scarce, those go first whose callers have kept most of it waiting for longest.
 * Thread-safe.
 */
public final class MemoryBudget {
    /** Bodies are once in the heap and on their way once outside of it; the rest is for everything else. */
    private static final int SHARE = 4;
    /** What an exchange may hold to count as one that holds little. */
    private static final long LITTLE = 64 << 10;
    /** Who has waited for less is not slow. */
    private static final Duration GRACE = Duration.ofSeconds(1);
    /** How often memory is looked for at most. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final long total;
    private final ArraySizes sizes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong relieved = new AtomicLong(System.nanoTime());
    private final Set<Share> waiting = ConcurrentHashMap.newKeySet();

    /**
     * A budget of that many bytes.
     *
     * @param sizes what arrays take
     */
    MemoryBudget(long bytes, ArraySizes sizes) {
        this.total = bytes;
        this.sizes = sizes;
    }

    /** The budget of this process, by the heap and the memory outside of it that it may use. */
    public static MemoryBudget ofThisProcess() {
        long heap = Runtime.getRuntime().maxMemory();
        long direct = PlatformDependent.maxDirectMemory();
        return new MemoryBudget(Math.min(heap, direct > 0 ? direct : heap) / SHARE, ArraySizes.ofThisProcess());
    }

    /** All of it, in bytes. */
    public long total() {
        return total;
    }

    /** What is held, in bytes. */
    public long used() {
        return used.get();
    }

    /** A share for an exchange. */
    Share share() {
        return new Share(total - total / 4, total);
    }

    /** A share for a connection. */
    Share connection() {
        return new Share(total / 2, total / 2);
    }

    /** Lets those go whose callers have kept most waiting for longest, until that many bytes are free. */
    void relieve(long bytes) {
        long now = System.nanoTime();
        long last = relieved.get();
        if (now - last < PAUSE.toNanos() || !relieved.compareAndSet(last, now)) {
            return;
        }
        List<Share> slowest = waiting.stream()
                .filter(share -> share.waited(now) > GRACE.toNanos())
                .sorted(Comparator.comparingDouble((Share share) -> -(double) share.waited(now) * share.taken.get()))
                .limit(64)
                .toList();
        long freed = 0;
        for (Share share : slowest) {
            if (freed >= Math.max(bytes, total / 16)) {
                return;
            }
            freed += share.taken.get();
            share.evict();
        }
    }

    /** What one exchange or connection has taken. */
    final class Share {
        private final long ceiling;
        private final long ceilingOfLittle;
        private final AtomicLong taken = new AtomicLong();
        private boolean closed;
        private volatile long since;
        private volatile @Nullable Runnable evict;

        private Share(long ceiling, long ceilingOfLittle) {
            this.ceiling = ceiling;
            this.ceilingOfLittle = ceilingOfLittle;
        }

        /** Whether that many more bytes may be held. */
        boolean take(long bytes) {
            if (takeWithin(bytes)) {
                return true;
            }
            relieve(bytes);
            return false;
        }

        private synchronized boolean takeWithin(long bytes) {
            long limit = taken.get() + bytes <= LITTLE ? ceilingOfLittle : ceiling;
            if (closed || used.addAndGet(bytes) > limit) {
                used.addAndGet(closed ? 0 : -bytes);
                return false;
            }
            taken.addAndGet(bytes);
            return true;
        }

        /** Whether an array of that many bytes may be held. */
        boolean takeArray(int length) {
            return take(sizes.of(length));
        }

        /** Counts bytes that are held already, and which something else bounds. */
        synchronized void add(long bytes) {
            if (!closed) {
                used.addAndGet(bytes);
                taken.addAndGet(bytes);
            }
        }

        /** Gives some of it back. */
        synchronized void release(long bytes) {
            if (!closed) {
                taken.addAndGet(-bytes);
                used.addAndGet(-bytes);
            }
        }

        void releaseArray(int length) {
            release(sizes.of(length));
        }

        /** Gives everything back, and counts nothing from then on. */
        synchronized void giveBack() {
            goesOn();
            closed = true;
            used.addAndGet(-taken.getAndSet(0));
        }

        /**
         * The caller is waited for.
         *
         * @param from since when, as {@link System#nanoTime} tells it
         * @param letGo what to do if the memory is needed by others; called on any thread
         */
        void waits(long from, Runnable letGo) {
            since = from;
            evict = letGo;
            waiting.add(this);
        }

        /** The caller is not waited for any more. */
        void goesOn() {
            if (evict != null) {
                evict = null;
                waiting.remove(this);
            }
        }

        private long waited(long now) {
            return now - since;
        }

        private void evict() {
            Runnable letGo = evict;
            goesOn();
            if (letGo != null) {
                letGo.run();
            }
        }
    }
}
