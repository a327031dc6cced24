package dev.reprise.benchmarks;

import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.SettingsFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many duplicates of one request at once, through the gateway, to a service that takes 200 ms, where duplicates may
 * wait: how often it is executed, and when the last caller has the answer.
 *
 * <p>Arguments: duplicates (1000), rounds (10).
 */
final class Duplicates {
    private static final int HANDLER_MILLIS = 200;

    private Duplicates() {}

    public static void main(String[] arguments) throws Exception {
        int duplicates = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        Path folder = Files.createTempDirectory("reprise-benchmark");
        AtomicInteger executions = new AtomicInteger();
        Vertx vertx = Vertx.vertx();
        HttpServer service = vertx.createHttpServer()
                .requestHandler(request -> {
                    executions.incrementAndGet();
                    vertx.setTimer(
                            HANDLER_MILLIS,
                            timer -> request.response()
                                    .setStatusCode(201)
                                    .end("{\"id\":\"ch_1\",\"status\":\"succeeded\"}"));
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        Path config = Files.writeString(
                folder.resolve("reprise.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                defaults:
                  max-wait: 30s
                """.formatted(folder.resolve("store"), service.actualPort()));
        try (Gateway gateway = Gateway.start(SettingsFile.read(config).complete())) {
            HttpClient client = vertx.createHttpClient(
                    new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false)
                            .setHttp2MultiplexingLimit(100),
                    new PoolOptions().setHttp2MaxSize(16));
            RequestOptions request = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost("127.0.0.1")
                    .setPort(gateway.address().port())
                    .setURI("/v1/charges");
            List<Double> last = new ArrayList<>();
            for (int round = -3; round < rounds; round++) {
                int before = executions.get();
                double millis = round(client, request, duplicates);
                if (executions.get() != before + 1) {
                    throw new IllegalStateException(executions.get() - before + " executions instead of one");
                }
                if (round >= 0) {
                    last.add(millis);
                }
                System.err.printf(
                        "%s: the last of %d had the answer after %.0f ms%n",
                        round < 0 ? "warm-up" : "round " + (round + 1), duplicates, millis);
            }
            System.out.println(Machine.describe());
            System.out.printf(
                    "%,d duplicates at once, a service of %d ms: one execution; the last answer after %.0f ms (median of %d "
                            + "rounds; worst %.0f)%n",
                    duplicates, HANDLER_MILLIS, Quantiles.median(last), rounds, Collections.max(last));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            Folders.delete(folder);
        }
    }

    private static double round(HttpClient client, RequestOptions request, int duplicates) throws Exception {
        String key = UUID.randomUUID().toString();
        long start = System.nanoTime();
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < duplicates; i++) {
            answers.add(client.request(request)
                    .compose(one -> one.putHeader("Idempotency-Key", key).send(Buffer.buffer("x".repeat(256))))
                    .compose(response -> response.body().map(body -> response.statusCode())));
        }
        Future.all(answers).toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        double millis = (System.nanoTime() - start) / 1e6;
        if (answers.stream().anyMatch(answer -> answer.result() != 201)) {
            throw new IllegalStateException("Not every caller got the answer");
        }
        return millis;
    }
}
