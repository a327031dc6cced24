package dev.reprise.benchmarks;

import dev.reprise.client.Backoff;
import dev.reprise.client.Jitter;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryBudget;
import dev.reprise.client.RetryEvent;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryingHttpClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * What many asynchronous calls cost that wait for their next attempt at the same time: threads, and heap after a collection.
 * Each has a request, key, body and future of its own.
 *
 * <p>Argument: how many (100000).
 */
final class WaitingRetries {
    private static final int AT_ONCE = 64;

    private WaitingRetries() {}

    public static void main(String[] arguments) throws Exception {
        int calls = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        int port = vertx.createHttpServer()
                .requestHandler(request -> request.response().setStatusCode(503).end("down"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        URI uri = URI.create("http://127.0.0.1:" + port + "/v1/charges");
        Semaphore sending = new Semaphore(AT_ONCE);
        Backoff hour = new Backoff(Jitter.NONE, Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO);
        Retries retries = Retries.builder()
                .policy(RetryPolicy.considerate()
                        .withBackoff(hour)
                        .withBudget(RetryBudget.unlimited())
                        .withTimeLimits(Duration.ofHours(2), Duration.ofSeconds(20)))
                .listener(event -> {
                    if (event instanceof RetryEvent.Retrying) {
                        sending.release();
                    }
                })
                .build();
        // Of a fixed size, so that what waits can be distinguished from what is sent.
        ExecutorService threads = Executors.newFixedThreadPool(4);
        HttpClient plain = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build();
        RetryingHttpClient client = RetryingHttpClient.of(plain, retries);
        CompletableFuture<?>[] waiting = new CompletableFuture<?>[calls];
        // So that what is made once is not counted.
        int first = Math.min(2000, calls / 10);
        send(client, uri, sending, waiting, 0, first);
        long heapBefore = heap();
        int threadsBefore = threads();
        send(client, uri, sending, waiting, first, calls);
        long heapAfter = heap();
        System.out.println(Machine.describe());
        System.out.printf(
                "%,d retries wait: %d threads more than %,d retries need (%d), %.1f MiB of heap, %d bytes each%n",
                calls,
                threads() - threadsBefore,
                first,
                threadsBefore,
                (heapAfter - heapBefore) / (double) (1 << 20),
                (heapAfter - heapBefore) / (calls - first));
        long begin = System.nanoTime();
        client.shutdownNow();
        threads.shutdown();
        for (CompletableFuture<?> call : waiting) {
            call.handle((response, failure) -> failure).join();
        }
        System.out.printf("Closing the client ended all of them in %d ms%n", (System.nanoTime() - begin) / 1_000_000);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static void send(
            HttpClient client, URI uri, Semaphore sending, CompletableFuture<?>[] waiting, int from, int to)
            throws InterruptedException {
        for (int i = from; i < to; i++) {
            sending.acquire();
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"amount\":" + i + "}"))
                    .build();
            CompletableFuture<HttpResponse<String>> call = client.sendAsync(request, BodyHandlers.ofString());
            waiting[i] = call;
        }
        sending.acquire(AT_ONCE);
        sending.release(AT_ONCE);
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(200);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
