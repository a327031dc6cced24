package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.internal.Reaper;
import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReaperTest {
    private static final int BATCH = 7;
    private static final Duration WORK = Duration.ofMillis(50);

    private final List<Long> begun = new ArrayList<>();
    private final List<Long> ended = new ArrayList<>();
    private final CountDownLatch all = new CountDownLatch(3);

    /** Two full batches and the rest of a third; each takes its time. */
    private int purge(int limit) {
        assertThat(limit).isEqualTo(BATCH);
        begun.add(System.nanoTime());
        long end = System.nanoTime() + WORK.toNanos();
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        ended.add(System.nanoTime());
        all.countDown();
        return all.getCount() > 0 ? BATCH : BATCH - 1;
    }

    /** Only a lower bound, which holds however slow the machine is. */
    @Test
    void it_rests_after_a_full_batch_as_long_as_that_took() throws InterruptedException {
        try (Reaper reaper = new Reaper(EngineRuntime.system(), Duration.ofMillis(1), BATCH, this::purge)) {
            assertThat(reaper).isNotNull();
            assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        }
        for (int i = 0; i < 2; i++) {
            assertThat(begun.get(i + 1) - ended.get(i)).isGreaterThanOrEqualTo(WORK.toNanos());
        }
    }
}
