package dev.reprise;

import static dev.reprise.Interleavings.check;
import static dev.reprise.Interleavings.require;
import static dev.reprise.Interleavings.together;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Nobody begins alone beside another one, whatever the interleaving. */
class RunningHereLincheckTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/"), new IdempotencyKey("k"));

    private static void alone(RunningHere running, AtomicInteger inside) {
        if (running.beginsAlone(ID)) {
            require(inside.incrementAndGet() == 1, "alone");
            inside.decrementAndGet();
            running.ends(ID);
        }
    }

    @Test
    void two_that_begin_alone_are_never_there_together() {
        check(300, () -> {
            RunningHere running = new RunningHere();
            AtomicInteger inside = new AtomicInteger();
            together(() -> alone(running, inside), () -> alone(running, inside));
            require(running.beginsAlone(ID), "all have ended");
        });
    }

    @Test
    void each_begin_is_ended_by_its_own_end() {
        check(300, () -> {
            RunningHere running = new RunningHere();
            running.begins(ID);
            together(
                    () -> {
                        running.begins(ID);
                        running.ends(ID);
                    },
                    () -> {
                        running.begins(ID);
                        require(!running.beginsAlone(ID), "somebody runs");
                        running.ends(ID);
                    });
            require(!running.beginsAlone(ID), "the first one still runs");
            running.ends(ID);
            require(running.beginsAlone(ID), "all have ended");
        });
    }
}
