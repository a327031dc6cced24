package dev.reprise.gateway.proxy;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number of bytes that many share. Who holds much gets at most three quarters, so that there is always room for those
 * who hold little. When it gets scarce, those go first whose callers have kept most of it waiting for longest.
 * Thread-safe.
 */
final class MemoryPool {
    /** What somebody may hold to count as one who holds little. */
    private static final long LITTLE = 32 << 10;
    /** Who is waited for less long is not slow. */
    private static final Duration GRACE = Duration.ofSeconds(1);
    /** How often somebody is looked for who can go, at most. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private static final int MOST_AT_ONCE = 64;

    private final long limit;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong relieved = new AtomicLong(System.nanoTime());
    private final Set<MemoryShare> waiting = ConcurrentHashMap.newKeySet();

    MemoryPool(long limit) {
        this.limit = limit;
    }

    long limit() {
        return limit;
    }

    long held() {
        return held.get();
    }

    /**
     * Whether that many more bytes may be held.
     *
     * @param before what the one who asks holds already
     */
    boolean take(long bytes, long before) {
        long most = before + bytes <= LITTLE ? limit : limit - limit / 4;
        if (held.addAndGet(bytes) <= most) {
            return true;
        }
        held.addAndGet(-bytes);
        relieve(bytes);
        return false;
    }

    void add(long bytes) {
        held.addAndGet(bytes);
    }

    void waits(MemoryShare share) {
        waiting.add(share);
    }

    void goesOn(MemoryShare share) {
        waiting.remove(share);
    }

    /** Lets those go whose callers have kept most waiting for longest, until that many bytes are free. */
    void relieve(long bytes) {
        long now = System.nanoTime();
        long last = relieved.get();
        if (now - last < PAUSE.toNanos() || !relieved.compareAndSet(last, now)) {
            return;
        }
        List<MemoryShare> slowest = waiting.stream()
                .filter(share -> share.waited(now) > GRACE.toNanos())
                .sorted(Comparator.comparingDouble(share -> -(double) share.waited(now) * share.held()))
                .limit(MOST_AT_ONCE)
                .toList();
        long freed = 0;
        for (MemoryShare share : slowest) {
            if (freed >= Math.max(bytes, limit / 16)) {
                return;
            }
            freed += share.held();
            share.evict();
        }
    }
}
