package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyKey;
import dev.reprise.IdempotencyListener;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Scope;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees and does by Actuator, in an application that exposes it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorEndpointTest {
    private static final String EXPOSED = "--management.endpoints.web.exposure.include=reprise,metrics";
    private static final Codec<String> TEXT = Codecs.builtIn().of(String.class);

    private final Booted application = Booted.start(Application.class, EXPOSED);
    private final Work work = application.bean(Work.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Work.class)
    static class Application {
        private final Queue<String> heard = new ConcurrentLinkedQueue<>();
        private final Queue<String> observed = new ConcurrentLinkedQueue<>();

        @Bean
        IdempotencyListener listener() {
            return event -> {
                heard.add(event.getClass().getSimpleName());
                throw new IllegalStateException("A listener that fails keeps no other from hearing");
            };
        }

        @Bean
        ObservationHandler<Observation.Context> handler() {
            return new Observer(observed);
        }

        @Bean
        @Lazy
        JdbcResumableStore steps(DataSource source) {
            return JdbcResumableStore.open(source, TableName.DEFAULT);
        }
    }

    record Observer(Queue<String> observed) implements ObservationHandler<Observation.Context> {
        @Override
        public void onEvent(Observation.Event event, Observation.Context context) {
            observed.add(context.getName() + " " + event.getName());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @RestController
    static class Work {
        private final AtomicInteger calls = new AtomicInteger();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        @Idempotent(guarantee = Guarantee.LEASED)
        @PostMapping("/work/{how}")
        String work(@PathVariable String how) throws InterruptedException {
            int call = calls.incrementAndGet();
            if (how.equals("crash")) {
                throw new IllegalStateException("The handler fails after its work");
            }
            if (how.equals("wait")) {
                begun.countDown();
                end.await();
            }
            return "call " + call;
        }
    }

    @AfterAll
    void stop() {
        work.end.countDown();
        application.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return application.send(application.request("/actuator/reprise" + path).GET());
    }

    private HttpResponse<String> resolve(String id, String json) throws Exception {
        return application.send(application.request("/actuator/reprise/" + id).POST(BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> release(String id, String query) throws Exception {
        return application.send(
                application.request("/actuator/reprise/" + id + "?" + query).DELETE());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    /** Of the key, which one operation has. */
    private JsonNode operation(String key) throws Exception {
        JsonNode operations = json(get("?key=" + key)).path("operations");
        assertThat(operations.size()).isOne();
        return operations.get(0);
    }

    @Test
    void an_unknown_operation_is_shown_first_and_resolved_S15() throws Exception {
        assertThat(application.post("/work/crash", "resolve", "").statusCode()).isEqualTo(500);
        JsonNode overview = json(get(""));
        JsonNode seen = operation("resolve");
        String id = seen.path("id").asString();

        assertThat(overview.path("counts").path("unknown").asInt()).isPositive();
        assertThat(overview.path("countsUpTo").asInt()).isEqualTo(OperatorRecords.MOST);
        assertThat(overview.path("operations").get(0).path("state").asString()).isEqualTo("unknown");
        assertThat(seen.path("state").asString()).isEqualTo("unknown");
        assertThat(seen.path("principal").asString()).isEqualTo("anonymous");
        assertThat(seen.path("route").asString()).isEqualTo("/work/{how}");
        assertThat(seen.path("reason").asString()).contains("The handler fails after its work");
        assertThat(json(get("/" + id)).path("token")).isEqualTo(seen.path("token"));

        String resolution = "{\"token\":%s,\"status\":201,\"headers\":\"Location: /7\",\"body\":\"as found out\"}"
                .formatted(seen.path("token"));
        assertThat(json(resolve(id, resolution)).path("ending").asString()).isEqualTo("ended");

        HttpResponse<String> retry = application.post("/work/crash", "resolve", "");
        assertThat(retry.statusCode()).isEqualTo(201);
        assertThat(retry.body()).isEqualTo("as found out");
        assertThat(retry.headers().firstValue("Location")).hasValue("/7");
        assertThat(Booted.isReplay(retry)).isTrue();
    }

    @Test
    void a_released_key_is_new() throws Exception {
        application.post("/work/crash", "release", "");
        JsonNode seen = operation("release");
        int before = work.calls.get();

        HttpResponse<String> released = release(
                seen.path("id").asString(), "token=" + seen.path("token").asString());
        application.post("/work/crash", "release", "");

        assertThat(json(released).path("ending").asString()).isEqualTo("ended");
        assertThat(work.calls).hasValue(before + 1);
    }

    @Test
    void an_operation_is_ended_only_as_it_was_seen_and_not_while_it_runs_or_when_it_is_finished_S27() throws Exception {
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            try {
                application.post("/work/wait", "wait", "");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        work.begun.await();
        JsonNode running = operation("wait");
        HttpResponse<String> early = release(
                running.path("id").asString(), "token=" + running.path("token").asString());
        HttpResponse<String> other = release(running.path("id").asString(), "token=4711");
        work.end.countDown();
        waiting.join();
        JsonNode finished = operation("wait");
        HttpResponse<String> late = release(
                finished.path("id").asString(),
                "token=" + finished.path("token").asString());

        assertThat(running.path("state").asString()).isEqualTo("running");
        assertThat(early.statusCode()).isEqualTo(409);
        assertThat(json(early).path("ending").asString()).isEqualTo("running");
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(json(other).path("ending").asString()).isEqualTo("changed");
        assertThat(finished.path("status").asInt()).isEqualTo(200);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(json(late).path("ending").asString()).isEqualTo("finished");
    }

    @Test
    void what_cannot_be_is_refused_in_words() throws Exception {
        application.post("/work/crash", "wrong", "");
        JsonNode seen = operation("wrong");
        String id = seen.path("id").asString();

        assertThat(get("/bm90aGluZw").statusCode()).isEqualTo(404);
        assertThat(get("/" + id.substring(0, id.length() - 2)).statusCode()).isEqualTo(404);
        assertThat(resolve(id, "{\"token\":1,\"status\":999}").statusCode()).isEqualTo(400);
        HttpResponse<String> cookie = resolve(id, "{\"token\":1,\"status\":200,\"headers\":\"Set-Cookie: a=b\"}");
        assertThat(cookie.statusCode()).isEqualTo(400);
        assertThat(cookie.body()).contains("never replayed");
        assertThat(release(id, "").statusCode()).isEqualTo(400);
    }

    @Test
    void an_operation_of_several_steps_is_shown_with_them_and_ended_with_an_entry_in_the_audit_P12() throws Exception {
        JdbcResumableStore store = application.bean(JdbcResumableStore.class);
        Resumable<String, String, Connection> fax =
                Resumable.returning(new OperationType("send-fax", 1), TEXT, TEXT, (to, steps) -> {
                    steps.local("note", connection -> {});
                    return steps.once("send", String.class, key -> {
                        throw new IllegalStateException("The line is dead");
                    });
                });
        try (ResumableEngine<Connection> engine = ResumableEngine.over(
                        JdbcTransactions.of(application.bean(DataSource.class)), store)
                .register(fax)
                .completer(Duration.ofDays(1), 1)
                .build()) {
            engine.run(
                    new OperationId(new Scope("alice", "/faxes"), new IdempotencyKey("fax")),
                    fax,
                    "bob",
                    Duration.ZERO);
        }
        String id = operation("fax").path("id").asString();
        JsonNode seen = json(get("/" + id));
        String token = "token=" + seen.path("token").asString();
        HttpResponse<String> nobody = release(id, token);
        HttpResponse<String> careless = release(id, token + "&by=olga&reason=test");
        HttpResponse<String> careful = release(id, token + "&by=olga&reason=test&repeat=true");

        assertThat(seen.path("state").asString()).isEqualTo("unknown");
        assertThat(seen.path("type").asString()).isEqualTo("send-fax");
        assertThat(seen.path("steps")
                        .valueStream()
                        .map(step -> step.path("name").asString()))
                .containsExactly("note", "send");
        assertThat(nobody.statusCode()).isEqualTo(400);
        assertThat(nobody.body()).contains("who wants it");
        assertThat(careless.statusCode()).isEqualTo(409);
        assertThat(json(careless).path("ending").asString()).isEqualTo("would-repeat");
        assertThat(careful.statusCode()).isEqualTo(200);
        assertThat(store.interventions().audit(Long.MAX_VALUE, 1))
                .singleElement()
                .satisfies(entry -> assertThat(entry.by()).isEqualTo("olga"));
    }

    @Test
    void meters_and_observations_hear_beside_the_listener_of_the_application() throws Exception {
        application.post("/work/well", "meters", "");
        application.post("/work/well", "meters", "");
        Application beans = application.bean(Application.class);

        assertThat(application
                        .bean(MeterRegistry.class)
                        .get("reprise.operations")
                        .tags("event", "replayed", "route", "/work/{how}")
                        .timer()
                        .count())
                .isPositive();
        Gauge build =
                application.bean(MeterRegistry.class).get("reprise.build.info").gauge();
        assertThat(build.value()).isEqualTo(1);
        assertThat(build.getId().getTag("version")).isNotBlank();
        assertThat(beans.heard)
                .contains(
                        IdempotencyEvent.Executed.class.getSimpleName(),
                        IdempotencyEvent.Replayed.class.getSimpleName());
        assertThat(beans.observed)
                .contains("http.server.requests reprise.executed", "http.server.requests reprise.replayed");
        assertThat(application
                        .send(application
                                .request("/actuator/metrics/reprise.operations")
                                .GET())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void what_the_application_does_not_expose_is_not_there() throws Exception {
        try (Booted hidden = Booted.start(Application.class)) {
            assertThat(hidden.send(hidden.request("/actuator/reprise").GET()).statusCode())
                    .isEqualTo(404);
            assertThat(hidden.context().getBeanNamesForType(OperatorEndpoint.class))
                    .isEmpty();
        }
    }

    @Test
    void a_reactive_application_has_it_too() throws Exception {
        try (BootedReactive reactive = BootedReactive.start(Reactive.class, EXPOSED)) {
            reactive.post("/crash", "k", "");
            JsonNode overview =
                    json(reactive.send(reactive.request("/actuator/reprise").GET()));

            assertThat(overview.path("counts").path("unknown").asInt()).isOne();
            assertThat(overview.path("operations").get(0).path("key").asString())
                    .isEqualTo("k");
            assertThat(reactive.bean(Reactive.class).observed).contains("http.server.requests reprise.outcome-unknown");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Reactive {
        private final Queue<String> observed = new ConcurrentLinkedQueue<>();

        @Bean
        ObservationHandler<Observation.Context> handler() {
            return new Observer(observed);
        }

        @Idempotent
        @PostMapping("/crash")
        String crash() {
            throw new IllegalStateException("The handler fails after its work");
        }
    }
}
