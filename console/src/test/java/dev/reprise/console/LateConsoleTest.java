package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyException;
import dev.reprise.console.operations.StoreOperations;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A console that is opened when somebody asks for a page. */
class LateConsoleTest extends ConsoleFixture {
    private final ConsoleRequest request =
            new ConsoleRequest("GET", "/sign-in", null, "", name -> name.equals("Host") ? HOST : null, "127.0.0.1");

    private LateConsole late(Supplier<StoreOperations> operations) {
        return new LateConsole(settings().build(), operations, null);
    }

    @Test
    void nothing_is_opened_before_somebody_asks_and_then_once() {
        AtomicInteger opened = new AtomicInteger();
        try (LateConsole late = late(() -> {
            opened.incrementAndGet();
            return new StoreOperations(store, null, audit);
        })) {
            assertThat(opened).hasValue(0);

            assertThat(late.handle(request).status()).isEqualTo(200);
            assertThat(late.handle(request).status()).isEqualTo(200);
            assertThat(opened).hasValue(1);
        }
    }

    @Test
    void what_cannot_be_opened_is_tried_again_after_a_second() {
        AtomicInteger tries = new AtomicInteger();
        try (LateConsole late = late(() -> {
            if (tries.incrementAndGet() <= 2) {
                throw new IdempotencyException("The database is not there", null);
            }
            return new StoreOperations(store, null, audit);
        })) {
            assertThat(late.handle(request).status()).isEqualTo(503);
            clock.advance(Duration.ofMillis(999));
            assertThat(Surfer.text(late.handle(request))).contains("the log says why");
            assertThat(tries).as("within a second").hasValue(1);

            clock.advance(Duration.ofMillis(1));
            assertThat(late.handle(request).status()).isEqualTo(503);
            assertThat(tries).hasValue(2);

            clock.advance(Duration.ofHours(-1));
            assertThat(late.handle(request).status())
                    .as("a clock that was put back keeps nobody out")
                    .isEqualTo(200);
        }
    }

    @Test
    void while_one_waits_for_the_store_others_are_answered() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                LateConsole late = late(() -> {
                    asked.countDown();
                    await(open);
                    return new StoreOperations(store, null, audit);
                })) {
            Future<ConsoleResponse> first = threads.submit(() -> late.handle(request));
            await(asked);
            Future<ConsoleResponse> second = threads.submit(() -> late.handle(request));
            try {
                assertThat(Surfer.text(second.get(10, TimeUnit.SECONDS))).contains("is being opened");
            } finally {
                open.countDown();
            }

            assertThat(first.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void only_the_place_itself_and_what_is_below_it_is_the_consoles() {
        ConsoleSettings settings = settings().build();

        assertThat(settings.below("/console")).isEmpty();
        assertThat(settings.below("/console/operations")).isEqualTo("/operations");
        assertThat(settings.below("/consoles")).isNull();
        assertThat(settings.below("/%63onsole/operations")).isNull();
        assertThat(settings.below("//console/operations")).isNull();
    }
}
