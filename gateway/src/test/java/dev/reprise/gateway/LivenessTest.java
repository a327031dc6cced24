package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.spi.EngineRuntime;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever asks the gateway whether it lives is told of what has died inside it. */
class LivenessTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private String yaml() {
        return "upstream: http://127.0.0.1:" + service.port() + "\n";
    }

    private static HttpResponse<String> ask(GatewayFixture gateway, String path) throws Exception {
        return gateway.client()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + path))
                                .build(),
                        BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/ready"})
    void a_heartbeat_that_cannot_go_on_is_told_until_it_can(String path) throws Exception {
        Failing runtime = new Failing("reprise-heartbeat");
        try (GatewayFixture gateway = new GatewayFixture(folder, yaml(), runtime)) {
            assertThat(ask(gateway, path).statusCode()).isEqualTo(200);

            runtime.failing = true;

            await().atMost(SOON).untilAsserted(() -> {
                HttpResponse<String> answer = ask(gateway, path);
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("reprise-heartbeat fails", "no threads are left");
            });

            runtime.failing = false;

            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(ask(gateway, path).statusCode()).isEqualTo(200));
        }
    }

    /** A service of the engine that fails after each of its pauses. */
    private static final class Failing implements EngineRuntime {
        private final EngineRuntime system = EngineRuntime.system();
        private final String service;
        private volatile boolean failing;

        private Failing(String service) {
            this.service = service;
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
            system.sleep(pause);
            if (failing && Thread.currentThread().getName().equals(service)) {
                throw new IllegalStateException("no threads are left");
            }
        }

        @Override
        public long nanoTime() {
            return system.nanoTime();
        }

        @Override
        public RandomGenerator random() {
            return system.random();
        }

        @Override
        public Worker service(String name, Runnable task) {
            return system.service(name, task);
        }

        @Override
        public Worker task(String name, Runnable task) {
            return system.task(name, task);
        }

        @Override
        public Latch latch() {
            return system.latch();
        }
    }
}
