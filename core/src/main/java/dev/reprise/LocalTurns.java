package dev.reprise;

import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Claimed.Existing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The operations that this engine works on, so that their duplicates here neither take a connection nor poll. Thread-safe.
 */
final class LocalTurns {
    private final ConcurrentHashMap<OperationId, LocalTurn> turns = new ConcurrentHashMap<>();
    private final EngineRuntime runtime;

    LocalTurns(EngineRuntime runtime) {
        this.runtime = runtime;
    }

    /** A turn that nobody knows of yet. */
    LocalTurn turn() {
        return new LocalTurn(runtime.latch(), runtime.latch());
    }

    /** Takes the turn for the operation, or returns whose it is. */
    @Nullable
    LocalTurn enter(OperationId id, LocalTurn turn) {
        return turns.putIfAbsent(id, turn);
    }

    /** Gives the turn back and wakes those who wait for it. Harmless if done twice, or without having entered. */
    void leave(OperationId id, LocalTurn turn) {
        turns.remove(id, turn);
        turn.leave();
    }

    /**
     * One caller's turn. It first looks what the store has; then it is over, or the handler runs, or it waits for somebody
     * elsewhere. What it has seen is good for everybody who waited for it, a failure too: looking one after the other would
     * make the last of them wait for very long.
     */
    static final class LocalTurn {
        private final Latch looked;
        private final Latch left;
        private volatile boolean hasLooked;
        private volatile @Nullable RequestFingerprint fingerprint;
        private volatile @Nullable Existing found;
        private volatile @Nullable StoreException failure;
        private volatile boolean hasLeft;

        private LocalTurn(Latch looked, Latch left) {
            this.looked = looked;
            this.left = left;
        }

        /** The handler runs: lets duplicates compare themselves. */
        void runs(RequestFingerprint current) {
            fingerprint = current;
            looked();
        }

        /** There is a record, which duplicates may take their answers from. */
        void finds(Existing existing) {
            found = existing;
            looked();
        }

        /** The store does not answer. */
        void fails(StoreException seen) {
            failure = seen;
            looked();
        }

        /** Somebody elsewhere is at work. */
        void isBusy() {
            looked();
        }

        private void looked() {
            hasLooked = true;
            looked.open();
        }

        private void leave() {
            hasLeft = true;
            looked();
            left.open();
        }

        /** Whether it is known by now what the store has. */
        boolean hasLooked() {
            return hasLooked;
        }

        /** Whether it is over. */
        boolean hasLeft() {
            return hasLeft;
        }

        boolean awaitLook(Duration atMost) throws InterruptedException {
            return looked.await(atMost);
        }

        boolean awaitLeft(Duration atMost) throws InterruptedException {
            return left.await(atMost);
        }

        /** Whether the given request is known to be another one than the one that runs (S9). */
        boolean differsFrom(RequestFingerprint.Source request) {
            RequestFingerprint running = fingerprint;
            return running != null && !request.matches(running);
        }

        /** The record that was there. */
        Optional<Existing> found() {
            return Optional.ofNullable(found);
        }

        /** Why it is not known what the store has. */
        Optional<StoreException> failure() {
            return Optional.ofNullable(failure);
        }
    }
}
