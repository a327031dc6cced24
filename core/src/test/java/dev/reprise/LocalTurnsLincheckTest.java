package dev.reprise;

import static dev.reprise.Interleavings.check;
import static dev.reprise.Interleavings.require;
import static dev.reprise.Interleavings.together;

import dev.reprise.LocalTurns.LocalTurn;
import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One has the turn, and everybody else is woken when it has looked and when it has left, whatever the interleaving. */
class LocalTurnsLincheckTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/"), new IdempotencyKey("k"));
    private static final Duration LONG = Duration.ofHours(1);
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[] {1});

    /** As a request does: until it has had the turn itself. */
    private static void takeTurn(LocalTurns turns, AtomicInteger inside) {
        try {
            LocalTurn mine = turns.turn();
            for (LocalTurn other = turns.enter(ID, mine); other != null; other = turns.enter(ID, mine)) {
                other.awaitLook(LONG);
                require(other.hasLooked(), "woken when it has looked");
                other.awaitLeft(LONG);
                require(other.hasLeft(), "woken when it has left");
            }
            require(inside.incrementAndGet() == 1, "one at a time");
            mine.runs(FINGERPRINT);
            inside.decrementAndGet();
            turns.leave(ID, mine);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void turns_are_taken_one_after_the_other() {
        check(1_000, () -> {
            LocalTurns turns = new LocalTurns(EngineRuntime.system());
            AtomicInteger inside = new AtomicInteger();
            together(() -> takeTurn(turns, inside), () -> takeTurn(turns, inside));
            LocalTurn next = turns.turn();
            require(turns.enter(ID, next) == null, "nobody is left behind");
        });
    }
}
