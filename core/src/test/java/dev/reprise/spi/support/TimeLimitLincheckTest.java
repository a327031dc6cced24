package dev.reprise.spi.support;

import static dev.reprise.Interleavings.check;
import static dev.reprise.Interleavings.require;
import static dev.reprise.Interleavings.together;

import dev.reprise.spi.StoreException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Every call is watched, also one that comes just when the watchdog is about to end. Since time stands still for the model
 * checker, each call is late from the beginning.
 */
class TimeLimitLincheckTest {
    private static void isFailed(TimeLimit limit) {
        Call<String> call = new Call<>();
        limit.watch(call);
        try {
            call.await();
            require(false, "failed");
        } catch (StoreException late) {
            // As it should be.
        }
    }

    @Test
    void every_call_is_watched() {
        check(200, () -> {
            TimeLimit limit = new TimeLimit(Duration.ofNanos(-1));
            together(() -> isFailed(limit), () -> isFailed(limit));
        });
    }
}
