package dev.reprise.spring.webflux;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Runs what waits for the store, each call on a virtual thread of its own, so that no event loop waits. A call that has begun runs to
 * its end, whoever cancels. Thread-safe.
 */
final class BlockingCalls implements AutoCloseable {
    private static final Duration LAST_CHANCE = Duration.ofSeconds(5);

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("reprise-webflux-", 0).factory());
    private final Semaphore places;

    /** @param atOnce how many calls may claim operations at once, those that wait for a running duplicate among them */
    BlockingCalls(int atOnce) {
        places = new Semaphore(atOnce);
    }

    /** A call that claims an operation; nothing if there is no place left for it. */
    <T> Mono<Optional<T>> claim(Supplier<T> call) {
        return Mono.defer(() -> places.tryAcquire()
                ? run(() -> Optional.of(call.get())).doOnTerminate(places::release)
                : Mono.just(Optional.empty()));
    }

    /** A call that ends an operation. There are never more of these than operations that were claimed. */
    <T> Mono<T> end(Supplier<T> call) {
        return Mono.defer(() -> run(call));
    }

    private <T> Mono<T> run(Supplier<T> call) {
        return Mono.deferContextual(
                context -> Mono.fromFuture(CompletableFuture.supplyAsync(observed(call, context), threads), true));
    }

    /** A call in the observation of its request, if that is observed. */
    private static <T> Supplier<T> observed(Supplier<T> call, ContextView context) {
        return context.getOrDefault(ObservationThreadLocalAccessor.KEY, null) instanceof Observation observation
                ? () -> observation.scoped(call)
                : call;
    }

    /** Takes no more calls, and waits a little for those that run: what they record is worth it. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_CHANCE.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
