package dev.reprise;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The operations that this engine has claimed or is about to, so that their duplicates here neither take a connection nor
 * poll. Thread-safe.
 */
final class RunningHere {
    private final ConcurrentHashMap<OperationId, Place> places = new ConcurrentHashMap<>();

    /** Takes the place of the operation, or returns whoever has it. */
    @Nullable
    Place enter(OperationId id, Place place) {
        return places.putIfAbsent(id, place);
    }

    /** Gives the place back and wakes those who wait for it. Harmless if done twice. */
    void leave(OperationId id, Place place) {
        places.remove(id, place);
        place.left.countDown();
    }

    /** One caller's turn. */
    static final class Place {
        private final CountDownLatch left = new CountDownLatch(1);
        private volatile @Nullable RequestFingerprint fingerprint;

        /** Lets duplicates compare themselves, now that this request is the one that runs. */
        void runs(RequestFingerprint current) {
            fingerprint = current;
        }

        /** Whether the given request is known to be another one than the one that runs (S9). */
        boolean differsFrom(RequestFingerprint.Source request) {
            RequestFingerprint running = fingerprint;
            return running != null && !request.matches(running);
        }

        void awaitLeft(Duration atMost) throws InterruptedException {
            boolean ignored = left.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
