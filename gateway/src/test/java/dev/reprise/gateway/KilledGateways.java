package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.testkit.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gateways under load that are killed in the middle of it, and what may be asked of their successors (S15, S16, S19, S22, S27).
 *
 * <p>The oracle is outside of them: the service counts how often each operation was executed, and the clients remember
 * each answer that they got.
 */
final class KilledGateways implements AutoCloseable {
    private static final int CLIENTS = 16;

    private final Path folder;
    private final Random random = new Random();
    private final TestService service = new TestService();
    private final Map<String, AtomicInteger> executions = new ConcurrentHashMap<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private int finishedLater;
    private int unknown;

    /** @param folder for their settings */
    KilledGateways(Path folder) {
        this.folder = folder;
        service.behave((request, body) -> {
            executions
                    .computeIfAbsent(body.toString(), key -> new AtomicInteger())
                    .incrementAndGet();
            request.response().setStatusCode(201).end("done " + body + " " + UUID.randomUUID());
        });
        service.slowDown(2);
    }

    @Override
    public void close() {
        client.shutdownNow();
        service.close();
    }

    /** The answers so far. */
    Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    void assertNothingHappenedTwice() {
        assertThat(executions.values())
                .allSatisfy(count -> assertThat(count.get()).isEqualTo(1));
        assertThat(executions).containsKeys(acknowledged.keySet().toArray(String[]::new));
    }

    @Override
    public String toString() {
        return acknowledged.size() + " operations acknowledged and replayed, " + finishedLater
                + " more finished by their retry, " + unknown + " outcome unknown";
    }

    /** Every other operation is free, so that its retry executes it, or was recorded, or its outcome is unknown. */
    void retryUnanswered(int port) throws Exception {
        Map<String, HttpResponse<String>> retries = postAll(port, unanswered);
        retries.forEach((key, retry) -> {
            switch (retry.statusCode()) {
                case 201 -> {
                    acknowledged.put(key, retry.body());
                    finishedLater++;
                }
                case 409 -> {
                    assertThat(retry.body()).contains("outcome-unknown");
                    unknown++;
                }
                default -> throw new AssertionError(key + ": " + retry.statusCode() + " " + retry.body());
            }
        });
        unanswered.clear();
    }

    /** @param where lines of the settings that say where the records are */
    ChildProcess start(String where) throws IOException {
        Path config = folder.resolve("reprise.yaml");
        Files.writeString(config, """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                upstream: http://127.0.0.1:%d
                defaults:
                  lease: 1s
                  max-wait: 30s
                """.formatted(service.port()) + where);
        return ChildProcess.java(
                RepriseCommand.class, List.of("-Xmx256m"), List.of("gateway", "--config", config.toString()));
    }

    static int port(ChildProcess gateway) {
        String line = gateway.awaitLine(l -> l.contains("serves"), Duration.ofSeconds(60));
        gateway.awaitLine(l -> l.contains("records"), Duration.ofSeconds(60));
        return URI.create(line.substring(line.indexOf("http"))).getPort();
    }

    /** Lets clients work, and kills the gateway in the middle of it. */
    void underLoad(int port, ChildProcess gateway) throws InterruptedException, ExecutionException {
        CountDownLatch untilKill = new CountDownLatch(1 + random.nextInt(1_000));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> work(port, untilKill)));
            }
            assertThat(untilKill.await(1, TimeUnit.MINUTES))
                    .as("work gets done")
                    .isTrue();
            gateway.kill();
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    /** One operation after the other, until the gateway is gone. */
    private void work(int port, CountDownLatch untilKill) {
        while (true) {
            String key = UUID.randomUUID().toString();
            unanswered.add(key);
            try {
                HttpResponse<String> response = post(port, key);
                assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
                acknowledged.put(key, response.body());
                unanswered.remove(key);
                untilKill.countDown();
            } catch (IOException gone) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Everybody who got an answer gets it again. */
    void replayAll(int port) throws Exception {
        replay(port, acknowledged);
    }

    void replay(int port, Map<String, String> answers) throws Exception {
        postAll(port, answers.keySet()).forEach((key, retry) -> {
            assertThat(retry.statusCode()).as(key).isEqualTo(201);
            assertThat(retry.body()).as(key).isEqualTo(answers.get(key));
            assertThat(retry.headers().firstValue("idempotent-replayed"))
                    .as(key)
                    .hasValue("true");
        });
    }

    private Map<String, HttpResponse<String>> postAll(int port, Set<String> keys) throws Exception {
        Map<String, HttpResponse<String>> responses = new HashMap<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(CLIENTS, Thread.ofVirtual().factory())) {
            Map<String, Future<HttpResponse<String>>> running = new HashMap<>();
            keys.forEach(key -> running.put(key, threads.submit(() -> post(port, key))));
            for (Map.Entry<String, Future<HttpResponse<String>>> one : running.entrySet()) {
                responses.put(one.getKey(), one.getValue().get());
            }
        }
        return responses;
    }

    private HttpResponse<String> post(int port, String key) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/charges"))
                        .header("Idempotency-Key", key)
                        .timeout(Duration.ofSeconds(60))
                        .POST(BodyPublishers.ofString(key))
                        .build(),
                BodyHandlers.ofString());
    }
}
