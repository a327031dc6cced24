package dev.reprise.examples.payments.demo;

import dev.reprise.client.Backoff;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryEvent;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryingHttpClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/** One operation through a network that breaks, with all its attempts. Thread-safe; run once. */
final class Experiment {
    private static final int MOST_ATTEMPTS = 8;
    private static final Backoff BACKOFF = Backoff.full(Duration.ofMillis(400), Duration.ofSeconds(3));
    private static final String NO_ANSWER = "no answer";

    private final Trial trial;
    private final URI network;
    private final Runnable changed;
    private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    private volatile long begun = System.nanoTime();
    private volatile long attemptStart;
    private volatile boolean over;

    /** @param changed is called when there is something new to see */
    Experiment(Trial trial, URI network, Runnable changed) {
        this.trial = trial;
        this.network = network;
        this.changed = changed;
    }

    Trial trial() {
        return trial;
    }

    List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    boolean isOver() {
        return over;
    }

    void run() {
        begun = System.nanoTime();
        // A client of its own has no connections from before, so that the next ones are those that break.
        try (HttpClient plain =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            if (trial.key()) {
                sendWithKey(plain);
            } else {
                sendWithoutKey(plain);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            over = true;
            changed.run();
        }
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(network.resolve(trial.operation().path(trial.key())))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(trial.operation().body()))
                .build();
    }

    private void sendWithKey(HttpClient plain) throws InterruptedException {
        RetryPolicy policy = RetryPolicy.considerate()
                .withMaxAttempts(MOST_ATTEMPTS)
                .withBackoff(trial.backoff() ? BACKOFF : Backoff.none());
        Retries retries =
                Retries.builder().policy(policy).listener(this::retrying).build();
        try (RetryingHttpClient client = RetryingHttpClient.of(plain, retries)) {
            HttpResponse<String> answer = client.send(request(), BodyHandlers.ofString());
            ended(
                    Integer.toString(answer.statusCode()),
                    answer.headers().firstValue("Idempotent-Replayed").isPresent(),
                    Duration.ZERO);
        } catch (IOException e) {
            ended(NO_ANSWER, false, Duration.ZERO);
        }
    }

    private void retrying(RetryEvent event) {
        if (event instanceof RetryEvent.Retrying retrying) {
            String result = retrying.status().isPresent()
                    ? Integer.toString(retrying.status().getAsInt())
                    : NO_ANSWER;
            ended(result, false, retrying.delay());
        }
    }

    /** A loop as many write it. */
    private void sendWithoutKey(HttpClient plain) throws InterruptedException {
        Duration pause = Duration.ZERO;
        for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            String result;
            try {
                HttpResponse<String> answer = plain.send(request(), BodyHandlers.ofString());
                result = Integer.toString(answer.statusCode());
            } catch (IOException e) {
                result = NO_ANSWER;
            }
            boolean again = attempt < MOST_ATTEMPTS && (result.equals(NO_ANSWER) || result.startsWith("5"));
            pause = again && trial.backoff()
                    ? BACKOFF.delay(attempt, pause, ThreadLocalRandom.current())
                    : Duration.ZERO;
            ended(result, false, pause);
            if (!again) {
                return;
            }
            Thread.sleep(pause);
        }
    }

    /** @param pause how long it is until the next attempt */
    private void ended(String result, boolean replayed, Duration pause) {
        long end = now();
        attempts.add(new Attempt(attemptStart, end, result, replayed));
        attemptStart = end + pause.toMillis();
        changed.run();
    }

    private long now() {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }
}
