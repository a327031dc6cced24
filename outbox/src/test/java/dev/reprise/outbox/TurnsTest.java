package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.IdempotencyKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnsTest {
    @TempDir
    private Path folder;

    /** A thread for one of three, as where there is memory for no more. */
    @Test
    void what_was_taken_and_is_not_begun_is_given_back() throws Exception {
        Outbox outbox = Outbox.inFile(folder.resolve("outbox.db"));
        for (int i = 0; i < 3; i++) {
            outbox.add(new OutboxRequest(
                    new IdempotencyKey("k" + i),
                    "POST",
                    URI.create("http://127.0.0.1:9/charges"),
                    Map.of(),
                    new byte[0],
                    Instant.now().plus(Duration.ofDays(1))));
        }
        List<Claimed> begun = new ArrayList<>();
        List<Claimed> unbegun = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        Consumer<Claimed> round = claimed -> {
            begun.add(claimed);
            await(end);
        };
        Turns turns = new Turns(outbox, 3, Duration.ofMinutes(1), Duration.ofSeconds(1), unbegun::add);

        try (ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new SynchronousQueue<>())) {
            assertThatThrownBy(() -> turns.takeMore(one, () -> round)).isInstanceOf(RejectedExecutionException.class);
            end.countDown();
        }

        assertThat(begun).hasSize(1);
        assertThat(unbegun).hasSize(2).doesNotContainAnyElementsOf(begun);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
