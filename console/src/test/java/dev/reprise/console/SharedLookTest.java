package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.IdempotencyException;
import dev.reprise.console.SharedLook.Seen;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.testkit.FaultyStore;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is worked out for all who look, once every few seconds at most. */
class SharedLookTest extends ConsoleFixture {
    private static final long PATIENCE_SECONDS = 20;

    private final FaultyStore slow = new FaultyStore(store);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private final ExecutorService others = Executors.newCachedThreadPool();

    @BeforeEach
    void mount() {
        console.close();
        console = new Console(settings().build(), new StoreOperations(slow, null, audit));
    }

    @AfterEach
    void stop() {
        answers.countDown();
        others.shutdownNow();
    }

    /** The next that the store is asked for is not answered for a while. */
    private void block() {
        slow.before(Call.LIST, () -> {
            asked.countDown();
            waitFor(answers);
        });
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> T soon(Callable<T> work) throws Exception {
        return others.submit(work).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void while_somebody_counts_others_see_the_former_count_and_when_that_was() throws Exception {
        Surfer olivia = operator();
        Surfer victor = viewer();
        assertThat(page(victor, "/")).contains("<strong>0</strong> unknown").doesNotContain("being counted anew");
        unknown("late");
        clock.advance(Duration.ofSeconds(10));
        block();
        Future<String> counting = others.submit(() -> page(olivia, "/live"));
        waitFor(asked);

        assertThat(soon(() -> page(victor, "/live")))
                .contains("<strong>0</strong> unknown")
                .contains("<time>2026-01-01 00:00:00 UTC</time>, and being counted anew");
        answers.countDown();

        assertThat(counting.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .contains("<strong>1</strong> unknown", "<time>2026-01-01 00:00:10 UTC</time>")
                .doesNotContain("being counted anew");
        assertThat(page(victor, "/live")).contains("<strong>1</strong> unknown");
    }

    @Test
    void the_first_ones_wait_for_the_one_who_counts() throws Exception {
        AtomicInteger times = new AtomicInteger();
        SharedLook<Integer> look = new SharedLook<>(clock, () -> {
            asked.countDown();
            waitFor(answers);
            return times.incrementAndGet();
        });
        Future<Seen<Integer>> first = others.submit(look::look);
        waitFor(asked);
        Future<Seen<Integer>> second = others.submit(look::look);
        answers.countDown();

        assertThat(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS).what()).isEqualTo(1);
        assertThat(second.get(PATIENCE_SECONDS, TimeUnit.SECONDS).what()).isEqualTo(1);
    }

    @Test
    void it_is_good_for_three_seconds_from_when_it_was_there_or_for_as_long_as_it_took() {
        for (int took : new int[] {1, 3, 30}) {
            int good = Math.max(took, 3);
            AtomicInteger times = new AtomicInteger();
            SharedLook<Integer> look = new SharedLook<>(clock, () -> {
                clock.advance(Duration.ofSeconds(took));
                return times.incrementAndGet();
            });

            assertThat(look.look().what()).isEqualTo(1);
            clock.advance(Duration.ofSeconds(good).minusMillis(1));
            assertThat(look.look().what()).as("%s s", took).isEqualTo(1);
            clock.advance(Duration.ofMillis(1));
            assertThat(look.look().what()).as("%s s", took).isEqualTo(2);
        }
    }

    /** As where the store answers nobody: each of them would wait for its time limit, one after the other. */
    @Test
    void who_has_waited_for_one_that_failed_fails_with_it() throws Exception {
        AtomicInteger times = new AtomicInteger();
        SharedLook<Integer> look = new SharedLook<>(clock, () -> {
            times.incrementAndGet();
            asked.countDown();
            waitFor(answers);
            throw new IdempotencyException("The store is away", null);
        });
        List<Future<Seen<Integer>>> all = new ArrayList<>(List.of(others.submit(look::look)));
        waitFor(asked);
        List<Thread> waiting = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(others.submit(() -> {
                waiting.add(Thread.currentThread());
                return look.look();
            }));
        }
        await().until(() ->
                waiting.size() == 4 && waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        answers.countDown();

        assertThat(all)
                .allSatisfy(each -> assertThatThrownBy(() -> each.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(IdempotencyException.class));
        assertThat(times).hasValue(1);
    }

    @Test
    void a_clock_that_was_set_back_keeps_no_old_look() {
        AtomicInteger times = new AtomicInteger();
        SharedLook<Integer> look = new SharedLook<>(clock, times::incrementAndGet);
        look.look();

        clock.advance(Duration.ofHours(-1));

        assertThat(look.look().what()).isEqualTo(2);
    }

    @Test
    void if_it_fails_who_asked_is_told_and_the_next_one_tries_again() {
        Surfer victor = viewer();
        slow.inject(Fault.FAIL, Call.LIST, 1);
        assertThat(victor.get("/").status()).isEqualTo(503);
        assertThat(page(victor, "/")).contains("<strong>0</strong> unknown");
        clock.advance(Duration.ofSeconds(10));
        slow.inject(Fault.FAIL, Call.LIST, 1);

        assertThat(victor.get("/").status()).isEqualTo(503);
        assertThat(page(victor, "/")).contains("<time>2026-01-01 00:00:10 UTC</time>");
    }
}
