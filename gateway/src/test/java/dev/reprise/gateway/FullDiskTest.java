package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.SmallDisk;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the gateway's store has no room left: callers are told so, and nothing is lost or executed twice. */
class FullDiskTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MOST_RECORDS = 400;
    private static final String LARGE = "x".repeat(1_000_000);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(SmallDisk disk) {
        service.behave((request, body) -> answer(request, body.toString()));
        return new GatewayFixture(disk.root(), service);
    }

    /** Takes the room on the disk, and then the room that the store has reserved for its log. */
    private void fillUp(SmallDisk disk, GatewayFixture gateway) throws Exception {
        disk.fill(0);
        for (int i = 0; i < MOST_RECORDS; i++) {
            if (gateway.post("/a", UUID.randomUUID().toString(), "large").statusCode() == 503) {
                return;
            }
        }
        throw new AssertionError("The store found room for " + MOST_RECORDS + " large records on a full disk");
    }

    @Test
    void what_cannot_be_recorded_is_not_executed_and_finished_operations_replay_S22() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder, "256m");
                GatewayFixture gateway = gateway(disk)) {
            String before = gateway.post("/a", "before", "body").body();
            fillUp(disk, gateway);
            int executed = service.received().size();

            HttpResponse<String> refused = gateway.post("/a", "refused", "body");
            HttpResponse<String> replay = gateway.post("/a", "before", "body");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("store-unavailable");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(service.received()).hasSize(executed);
            assertThat(replay.body()).isEqualTo(before);
            assertThat(replay.headers().firstValue("idempotent-replayed")).hasValue("true");

            disk.free();
            await().atMost(LIMIT)
                    .until(() -> gateway.post("/a", "refused", "body").statusCode() == 201);
            assertThat(service.received()).hasSize(executed + 1);
        }
    }

    @Test
    void what_was_executed_while_the_disk_filled_up_is_recorded_when_there_is_room_S19() throws Exception {
        CompletableFuture<HttpServerRequest> held = new CompletableFuture<>();
        try (SmallDisk disk = SmallDisk.mount(folder, "256m");
                GatewayFixture gateway = gateway(disk)) {
            service.behave((request, body) -> {
                if (body.toString().equals("slow")) {
                    held.complete(request);
                } else {
                    answer(request, body.toString());
                }
            });
            CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(() -> post(gateway, "slow"));
            HttpServerRequest executed = held.get(60, TimeUnit.SECONDS);
            fillUp(disk, gateway);
            executed.response().setStatusCode(201).end(LARGE);
            HttpResponse<String> early = first.get(60, TimeUnit.SECONDS);

            assertThat(early.statusCode()).isEqualTo(409);
            assertThat(early.body()).contains("in-progress");
            disk.free();
            await().atMost(LIMIT).until(() -> post(gateway, "slow").statusCode() == 201);
            HttpResponse<String> replay = post(gateway, "slow");
            assertThat(replay.body()).isEqualTo(LARGE);
            assertThat(replay.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(service.received())
                    .filteredOn(request -> request.body().toString().equals("slow"))
                    .hasSize(1);
        }
    }

    private static void answer(HttpServerRequest request, String body) {
        request.response().setStatusCode(201).end(body.equals("large") ? LARGE : "done");
    }

    private static HttpResponse<String> post(GatewayFixture gateway, String body) {
        try {
            return gateway.post("/a", "k", body);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
