package dev.reprise.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A caller who waits in {@code send} for a body that must be there in time (C5). An interrupt that nobody else sees breaks
 * the exchange off. That leaves the body to the JDK's own subscriber, where a {@link LimitedBody} around it makes the JDK
 * change threads to ask for the result, at an eighth of the time of a short call. Thread-safe.
 */
final class BlockedCaller implements BodyWatch.Watched {
    /** Those that run no code of the caller, so that whatever fails is the exchange. */
    private static final Set<Class<?>> PLAIN = Stream.of(BodySubscribers.ofByteArray(), BodySubscribers.discarding())
            .map(Object::getClass)
            .collect(Collectors.toUnmodifiableSet());

    private final Thread caller = Thread.currentThread();
    private final long due;
    private boolean ended;
    private boolean late;

    /**
     * The current thread, about to call {@code send}.
     *
     * @param limit how long its attempt may take
     * @param begun when that began, in nanoseconds of the system's clock
     */
    BlockedCaller(Duration limit, long begun) {
        this.due = begun + limit.toNanos();
    }

    /** Whether the body of this subscriber can be limited by an interrupt. */
    static boolean canRead(BodySubscriber<?> subscriber) {
        return PLAIN.contains(subscriber.getClass());
    }

    @Override
    public synchronized boolean isDone() {
        return ended || late;
    }

    @Override
    public synchronized void check() {
        if (!isDone() && System.nanoTime() - due >= 0) {
            late = true;
            caller.interrupt();
        }
    }

    /** The call was interrupted, which ends the watch. True if it was by this, so that it stands for a timeout. */
    synchronized boolean wasInterrupted() {
        ended = true;
        boolean ours = late;
        late = false;
        return ours;
    }

    /** The call has ended, and so has the watch: an interrupt that came too late is taken back. */
    synchronized void returned() {
        ended = true;
        if (late) {
            boolean unused = Thread.interrupted();
        }
    }
}
