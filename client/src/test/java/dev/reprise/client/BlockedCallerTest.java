package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interrupts that stand for a body's timeout, and never for anything else (C5, C9). */
class BlockedCallerTest {
    private static final Duration LIMIT = Duration.ofHours(1);

    @AfterEach
    void nothingIsLeftOver() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static BlockedCaller late() {
        return new BlockedCaller(LIMIT, System.nanoTime() - LIMIT.toNanos());
    }

    @Test
    void a_caller_is_interrupted_when_its_time_is_over_and_knows_why_C5() {
        BlockedCaller caller = late();

        caller.check();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(caller.wasInterrupted()).isTrue();
    }

    @Test
    void an_interrupt_by_somebody_else_is_not_a_timeout_C9() {
        BlockedCaller caller = new BlockedCaller(LIMIT, System.nanoTime());

        caller.check();

        assertThat(Thread.interrupted()).isFalse();
        assertThat(caller.wasInterrupted()).isFalse();
    }

    @Test
    void nobody_is_interrupted_after_the_call() {
        BlockedCaller caller = late();
        caller.returned();

        caller.check();

        assertThat(caller.isDone()).isTrue();
    }

    @Test
    void an_interrupt_of_somebody_else_outlives_the_call_C9() {
        BlockedCaller caller = new BlockedCaller(LIMIT, System.nanoTime());
        Thread.currentThread().interrupt();

        caller.returned();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void an_interrupt_that_came_after_the_answer_is_taken_back() {
        BlockedCaller caller = late();
        caller.check();

        caller.returned();

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void an_interrupt_that_comes_as_the_call_returns_is_taken_back() throws InterruptedException {
        AtomicReference<@Nullable BlockedCaller> current = new AtomicReference<>();
        AtomicInteger strays = new AtomicInteger();
        Thread calling = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 20_000; i++) {
                BlockedCaller caller = late();
                current.set(caller);
                while (current.get() != null) {
                    Thread.onSpinWait();
                }
                caller.returned();
                strays.addAndGet(Thread.interrupted() ? 1 : 0);
            }
        });
        while (calling.isAlive()) {
            BlockedCaller next = current.getAndSet(null);
            if (next != null) {
                next.check();
            }
        }
        assertThat(strays).hasValue(0);
    }

    @Test
    void only_bodies_that_run_no_code_of_the_caller_are_limited_so(@TempDir Path folder) {
        assertThat(BlockedCaller.canRead(BodySubscribers.ofString(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(BlockedCaller.canRead(BodySubscribers.ofByteArray())).isTrue();
        assertThat(BlockedCaller.canRead(BodySubscribers.discarding())).isTrue();

        assertThat(BlockedCaller.canRead(BodySubscribers.mapping(BodySubscribers.ofByteArray(), body -> body.length)))
                .isFalse();
        assertThat(BlockedCaller.canRead(BodySubscribers.ofByteArrayConsumer(part -> {})))
                .isFalse();
        assertThat(BlockedCaller.canRead(BodySubscribers.ofInputStream())).isFalse();
        assertThat(BlockedCaller.canRead(BodySubscribers.ofFile(folder.resolve("body"))))
                .isFalse();
    }
}
