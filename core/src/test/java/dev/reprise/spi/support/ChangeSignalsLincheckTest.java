package dev.reprise.spi.support;

import static dev.reprise.Interleavings.check;
import static dev.reprise.Interleavings.require;
import static dev.reprise.Interleavings.together;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whoever waits for a change hears of it, whatever the interleaving; the model checker would report one who waits for ever. */
class ChangeSignalsLincheckTest {
    private static final Duration LONG = Duration.ofHours(1);

    private static void await(ChangeSignals<String> signals, AtomicInteger state) {
        try {
            while (state.get() == 0) {
                signals.await("k", () -> state.get() == 0, LONG);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void change(ChangeSignals<String> signals, AtomicInteger state) {
        state.incrementAndGet();
        signals.changed("k");
    }

    @Test
    void a_change_is_not_missed() {
        check(500, () -> {
            ChangeSignals<String> signals = new ChangeSignals<>();
            AtomicInteger state = new AtomicInteger();
            together(() -> await(signals, state), () -> await(signals, state), () -> change(signals, state));
            require(signals.awaited() == 0, "nobody is left behind");
        });
    }
}
