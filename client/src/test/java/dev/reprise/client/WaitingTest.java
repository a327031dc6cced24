package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.ScriptedServer.Step;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ends the waiting (C9). Waits are over when a test says so. */
class WaitingTest {
    private final Calls calls = new Calls(new Step.Answer(503, ""));
    private final BlockingQueue<CompletableFuture<Void>> waits = new LinkedBlockingQueue<>();
    private final List<RetryEvent> events = new CopyOnWriteArrayList<>();
    private final RetryingHttpClient client = calls.client(Retries.builder()
            .policy(RetryPolicy.considerate().withBudget(RetryBudget.unlimited()))
            .listener(events::add)
            .timer(delay -> {
                CompletableFuture<Void> wait = new CompletableFuture<>();
                waits.add(wait);
                return wait;
            }));

    @AfterEach
    void stop() {
        calls.close();
    }

    @Test
    void an_interrupt_ends_a_blocking_call_at_once_C9() throws Exception {
        for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            calls.server.next(new Step.Answer(503, ""));
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread caller = kind.start(() -> {
                try {
                    client.send(calls.request().build(), BodyHandlers.ofString());
                } catch (Exception e) {
                    end.set(e);
                }
            });
            CompletableFuture<Void> wait = nextWait();
            caller.interrupt();
            caller.join();

            assertThat(end.get()).isInstanceOf(InterruptedException.class);
            assertThat(wait).as("the timer is free again").isCancelled();
            assertLastReport(Certainty.MAY_HAVE_HAPPENED);
        }
    }

    @Test
    void cancelling_an_asynchronous_call_ends_its_wait_at_once_C9() throws Exception {
        CompletableFuture<HttpResponse<String>> call =
                client.sendAsync(calls.request().build(), BodyHandlers.ofString());
        CompletableFuture<Void> wait = nextWait();

        assertThat(call.cancel(true)).isTrue();

        // The call may not have got to keep its wait yet; then it ends it when it does.
        await().untilAsserted(() -> assertThat(wait).isCancelled());
        await().untilAsserted(() -> assertLastReport(Certainty.MAY_HAVE_HAPPENED));
        assertThat(calls.server.received()).hasSize(1);
    }

    @Test
    void cancelling_an_asynchronous_call_aborts_its_exchange_C9() {
        try (Calls stalling = new Calls(new Step.Stall(false))) {
            CompletableFuture<HttpResponse<String>> call = stalling.client(
                            Retries.builder().listener(events::add))
                    .sendAsync(stalling.request().build(), BodyHandlers.ofString());
            await().until(() -> stalling.server.received().size() == 1);

            call.cancel(true);

            await().untilAsserted(() -> assertLastReport(Certainty.MAY_HAVE_HAPPENED));
        }
    }

    @Test
    void closing_the_client_ends_all_waits_at_once_and_says_what_is_certain_C9() throws Exception {
        calls.server.next(new Step.Answer(503, ""));
        CompletableFuture<HttpResponse<String>> inBackground =
                client.sendAsync(calls.request().build(), BodyHandlers.ofString());
        CompletableFuture<HttpResponse<String>> blocking = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                blocking.complete(client.send(calls.request().build(), BodyHandlers.ofString()));
            } catch (Exception e) {
                blocking.completeExceptionally(e);
            }
        });
        assertThat(nextWait()).isNotSameAs(nextWait());

        client.close();

        for (CompletableFuture<?> call : List.of(inBackground, blocking)) {
            assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(CallFailedException.class, failed -> {
                        assertThat(failed.report().stop()).isEqualTo(StopReason.CLOSED);
                        assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
                    });
        }
        assertThat(client.isTerminated()).isTrue();
    }

    @Test
    void a_closed_client_does_not_begin_to_wait_C9() {
        client.shutdownNow();

        assertThatThrownBy(() -> client.sendAsync(calls.request().build(), BodyHandlers.ofString())
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(CallFailedException.class);
    }

    @Test
    void a_thousand_waiting_calls_have_no_thread_each_C9() throws Exception {
        for (int i = 0; i < 1000; i++) {
            calls.server.next(new Step.Answer(503, ""));
        }
        List<CompletableFuture<HttpResponse<String>>> running = new CopyOnWriteArrayList<>();
        int before = Thread.activeCount();
        for (int i = 0; i < 1000; i++) {
            running.add(client.sendAsync(calls.request().build(), BodyHandlers.ofString()));
            assertThat(nextWait()).isNotDone();
        }

        assertThat(Thread.activeCount() - before).isLessThan(50);
        running.forEach(call -> call.cancel(true));
    }

    @Test
    void a_listener_that_fails_does_no_harm() throws Exception {
        RetryingHttpClient heard = calls.client(Calls.hasty().listener(event -> {
            throw new IllegalStateException("listener of a test");
        }));

        assertThat(heard.send(calls.request().build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
    }

    private CompletableFuture<Void> nextWait() throws InterruptedException {
        CompletableFuture<Void> wait = waits.poll(10, TimeUnit.SECONDS);
        assertThat(wait).as("a wait begins").isNotNull();
        return java.util.Objects.requireNonNull(wait);
    }

    private void assertLastReport(Certainty certainty) {
        assertThat(events.getLast()).isInstanceOfSatisfying(RetryEvent.Ended.class, ended -> {
            assertThat(ended.answered()).isFalse();
            assertThat(ended.report().stop()).isEqualTo(StopReason.CLOSED);
            assertThat(ended.report().certainty()).isEqualTo(certainty);
        });
    }
}
