package dev.reprise;

import dev.reprise.spi.EngineRuntime.Latch;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What one engine has under way about one unknown operation: at most one question at a time, whoever asks it. Thread-safe. */
final class Inquiry {
    private final FencingToken token;
    private final Latch ended;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile @Nullable Turn turn;

    /**
     * Nothing asked yet.
     *
     * @param token under which the operation is unknown
     * @param ended opened at the end
     */
    Inquiry(FencingToken token, Latch ended) {
        this.token = token;
        this.ended = ended;
    }

    /** Whether it is about an earlier outcome of the operation than the one that is unknown under the given token. */
    boolean isBefore(FencingToken unknown) {
        return token.compareTo(unknown) < 0;
    }

    /**
     * For how long this engine alone may ask.
     *
     * @param token of the operation
     * @param length how long that is, by the store's clock
     * @param begun when it had begun at the latest, in nanoseconds of the runtime
     * @param over when it is over at the earliest
     */
    record Turn(FencingToken token, Duration length, long begun, long over) {
        /** How much of it is left at least; negative when it is over. */
        Duration left(long now) {
            return Duration.ofNanos(over - now);
        }
    }

    /** Takes the question, unless one is open. Who has it says {@link #answered}. */
    boolean begin() {
        return asking.compareAndSet(false, true);
    }

    void answered() {
        asking.set(false);
    }

    /** The latest turn; null if there was none. */
    @Nullable
    Turn turn() {
        return turn;
    }

    void has(Turn begun) {
        turn = begun;
    }

    void end() {
        ended.open();
    }

    /** Waits for the end; false if it does not come in time. */
    boolean await(Duration atMost) throws InterruptedException {
        return ended.await(atMost);
    }
}
