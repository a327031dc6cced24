package dev.reprise.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Callers who come when they want, and not when the last answer is there. Each fourth operation is asked for again a while after its
 * answer, and each sixteenth twice at once; the answers have to be the same. Where the service was not reached, callers ask again
 * after a second. Everything is on one event loop.
 */
final class SoakCallers {
    /** How many bytes a number takes in a body. */
    static final int DIGITS = 12;
    /** How many requests an operation is, with those that ask again. */
    static final double REQUESTS = 1 + 1.0 / 4 + 1.0 / 16;

    private static final int CONNECTIONS = 64;
    private static final int AT_ONCE = 64;
    private static final int BODY = 256;
    private static final int RETRIES = 30;

    private final Vertx vertx;
    private final Context context;
    private final HttpClient client;
    private final int port;
    private final Duration longestPause;
    private final SoakFindings findings = new SoakFindings();
    private int operations;
    private Histogram latencies = new Histogram(3);
    /** The timer at which they come. */
    private long coming;

    /** @param longestPause how long after its answer an operation is asked for again, at most */
    SoakCallers(Vertx vertx, int port, Duration longestPause) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.port = port;
        this.longestPause = longestPause;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAliveTimeout(3_600),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(-1));
    }

    /** What they have found out. */
    SoakFindings findings() {
        return findings;
    }

    /** An answer of the gateway. */
    private record Answer(int status, String body, boolean replayed, boolean retry) {}

    /** How many operations a second the gateway does for callers who wait for their answers, with no duplicates. */
    double capacity(Duration length) throws Exception {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            int before = operations;
            long end = System.nanoTime() + length.toNanos();
            for (int i = 0; i < AT_ONCE; i++) {
                oneAfterTheOther(end, before, done);
            }
        });
        return done.get(length.plusMinutes(1).toSeconds(), TimeUnit.SECONDS) / (double) length.toSeconds();
    }

    private void oneAfterTheOther(long end, int before, CompletableFuture<Integer> done) {
        if (System.nanoTime() >= end) {
            done.complete(operations - before);
            return;
        }
        post(operations++)
                .onSuccess(answer -> findings.answered(answer.status(), answer.body()))
                .onComplete(answer -> oneAfterTheOther(end, before, done));
    }

    /** Lets so many come each second, until {@link #stop}. */
    void come(int perSecond) {
        context.runOnContext(x -> {
            long begun = System.nanoTime();
            int first = operations;
            coming = vertx.setPeriodic(1, timer -> {
                long now = System.nanoTime();
                while ((operations - first) * 1e9 / perSecond <= now - begun) {
                    operation(operations, begun + (long) ((operations - first) * 1e9 / perSecond));
                    operations++;
                }
            });
        });
    }

    /** No more come; those that have come are served. */
    void stop() {
        context.runOnContext(x -> vertx.cancelTimer(coming));
    }

    /** The latencies since this was asked last, from the moment at which a caller came. */
    Histogram latencies() throws Exception {
        CompletableFuture<Histogram> taken = new CompletableFuture<>();
        context.runOnContext(x -> {
            taken.complete(latencies);
            latencies = new Histogram(3);
        });
        return taken.get(1, TimeUnit.MINUTES);
    }

    private void operation(int number, long came) {
        findings.begun();
        Future<Answer> first = answered(number, RETRIES);
        first.onSuccess(answer -> latencies.recordValue(Math.max(1, System.nanoTime() - came)));
        if (number % 16 == 1) {
            Future<Answer> second = answered(number, RETRIES);
            Future.all(first, second).onSuccess(both -> findings.twins(same(first.result(), second.result())));
        }
        first.onSuccess(answer -> {
            if (answer.status() == 201 && number % 4 == 0) {
                long pause = 1 + ThreadLocalRandom.current().nextLong(longestPause.toMillis());
                vertx.setTimer(pause, timer -> again(number, answer));
            } else {
                findings.ended();
            }
        });
    }

    private void again(int number, Answer before) {
        answered(number, RETRIES).onSuccess(answer -> {
            findings.replayed(same(before, answer) && answer.replayed());
            findings.ended();
        });
    }

    /** Whether two answers to one key can be. What is unknown to one is unknown to the other, in a status of its own. */
    private static boolean same(Answer one, Answer other) {
        boolean done = one.status() == 201 || other.status() == 201;
        return !done || (one.status() == other.status() && one.body().equals(other.body()));
    }

    /** An answer that says what happened: it did, or nobody knows. */
    private Future<Answer> answered(int number, int retries) {
        return post(number).compose(answer -> {
            if (answer.retry() && retries > 0) {
                findings.askedAgain();
                return vertx.timer(1, TimeUnit.SECONDS).compose(timer -> answered(number, retries - 1));
            }
            findings.answered(answer.status(), answer.body());
            return Future.succeededFuture(answer);
        });
    }

    private Future<Answer> post(int number) {
        return client.request(HttpMethod.POST, port, "127.0.0.1", "/v1/charges")
                .compose(request -> request.putHeader("Idempotency-Key", "soak-" + number)
                        .putHeader("Content-Type", "application/json")
                        .send(body(number)))
                .compose(response -> response.body()
                        .map(body -> new Answer(
                                response.statusCode(),
                                body.toString(),
                                response.getHeader("Idempotent-Replayed") != null,
                                isRetried(response.statusCode(), body.toString()))))
                .onFailure(failure -> findings.broken(String.valueOf(failure)));
    }

    /** Whether nothing was done, or it is still being done. */
    private static boolean isRetried(int status, String body) {
        return status >= 400
                && (body.contains("upstream-unavailable")
                        || body.contains("in-progress")
                        || body.contains("store-unavailable"));
    }

    private static Buffer body(int number) {
        String digits = Integer.toString(number);
        return Buffer.buffer(digits + " ".repeat(DIGITS - digits.length()) + "x".repeat(BODY - DIGITS));
    }
}
