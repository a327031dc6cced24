package dev.reprise.spring.webflux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Execution;
import dev.reprise.OperationPolicy;
import dev.reprise.http.HttpNames;
import dev.reprise.memory.MemoryStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What an application answers is recorded, goes out, and is repeated. */
class AnswersTest {
    private final AtomicInteger calls = new AtomicInteger();

    private static DataBuffer buffer(ServerWebExchange exchange, String text) {
        return exchange.getResponse().bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Mono<Void> write(ServerWebExchange exchange, String text) {
        return exchange.getResponse().writeWith(Mono.fromSupplier(() -> buffer(exchange, text)));
    }

    private static Mono<String> bodyOf(ServerWebExchange exchange) {
        return exchange.getRequest()
                .getBody()
                .map(part -> part.toString(StandardCharsets.UTF_8))
                .reduce("", String::concat);
    }

    private Mono<Void> created(ServerWebExchange exchange) {
        return bodyOf(exchange).flatMap(body -> {
            ServerHttpResponse response = exchange.getResponse();
            response.setStatusCode(HttpStatus.CREATED);
            response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
            response.getHeaders().add("X-Custom", "custom " + calls.get());
            response.addCookie(ResponseCookie.from("session", "s").build());
            response.beforeCommit(
                    () -> Mono.fromRunnable(() -> response.getHeaders().add("X-Late", "late")));
            return write(exchange, "Ünique " + calls.incrementAndGet() + " of " + body);
        });
    }

    @Test
    void a_retry_gets_the_same_status_fields_and_bytes_S7_S18() throws Exception {
        try (Site site = Site.of(new MemoryStore(), this::created)) {
            HttpResponse<String> first = site.post("k", "tea");
            HttpResponse<String> retry = site.post("k", "tea");

            assertThat(first.statusCode()).isEqualTo(201);
            assertThat(first.body()).isEqualTo("Ünique 1 of tea");
            assertThat(first.headers().firstValue("Set-Cookie")).hasValue("session=s");
            assertThat(first.headers().firstValue("X-Late")).hasValue("late");
            assertThat(retry.statusCode()).isEqualTo(201);
            assertThat(retry.body()).isEqualTo(first.body());
            assertThat(retry.headers().firstValue("X-Custom")).hasValue("custom 0");
            assertThat(retry.headers().firstValue("X-Late")).hasValue("late");
            assertThat(retry.headers().firstValue("Content-Type"))
                    .isEqualTo(first.headers().firstValue("Content-Type"));
            assertThat(retry.headers().firstValue("Set-Cookie")).isEmpty();
            assertThat(Site.isReplay(retry)).isTrue();
            assertThat(Site.isReplay(first)).isFalse();
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void another_payload_is_refused_and_a_request_without_a_key_unless_it_only_reads_S4_S5_S9() throws Exception {
        try (Site site = Site.of(new MemoryStore(), this::created)) {
            assertThat(site.send(site.request("/work").GET()).statusCode()).isEqualTo(201);
            site.post("k", "tea");

            assertThat(site.post("k", "coffee").statusCode()).isEqualTo(422);
            assertThat(site.send(site.request("/work").POST(BodyPublishers.ofString("tea")))
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void fifty_duplicates_at_once_execute_once_S8() throws Exception {
        try (Site site = Site.of(new MemoryStore(), this::created)) {
            List<CompletableFuture<HttpResponse<String>>> posted = IntStream.range(0, 50)
                    .mapToObj(i -> site.posting("k", "tea"))
                    .toList();

            assertThat(posted)
                    .extracting(CompletableFuture::join)
                    .allSatisfy(answer -> assertThat(answer.statusCode()).isIn(201, 409));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void an_answer_without_a_body_is_one() throws Exception {
        WebHandler handler = exchange -> {
            calls.incrementAndGet();
            exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
            return exchange.getResponse().setComplete();
        };
        try (Site site = Site.of(new MemoryStore(), handler)) {
            assertThat(site.post("k", "").statusCode()).isEqualTo(204);
            assertThat(site.post("k", "").statusCode()).isEqualTo(204);
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void a_handler_that_only_completes_has_answered_with_200() throws Exception {
        try (Site site = Site.of(new MemoryStore(), exchange -> Mono.fromRunnable(calls::incrementAndGet))) {
            assertThat(site.post("k", "").statusCode()).isEqualTo(200);
            assertThat(Site.isReplay(site.post("k", ""))).isTrue();
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void pieces_that_are_flushed_are_held_and_repeated() throws Exception {
        WebHandler handler = exchange -> exchange.getResponse()
                .writeAndFlushWith(Flux.range(1, 3).map(i -> Mono.just(buffer(exchange, "piece " + i + "\n"))));
        try (Site site = Site.of(new MemoryStore(), handler)) {
            HttpResponse<String> first = site.post("k", "");

            assertThat(first.body()).isEqualTo("piece 1\npiece 2\npiece 3\n");
            assertThat(site.post("k", "").body()).isEqualTo(first.body());
        }
    }

    @Test
    void a_body_longer_than_the_limit_goes_out_whole_and_is_recorded_without_it_S21() throws Exception {
        String piece = "x".repeat(Site.LONGEST_RESPONSE - 1);
        WebHandler handler = exchange -> exchange.getResponse()
                .writeWith(Flux.range(0, 4).map(i -> buffer(exchange, piece)).publishOn(Schedulers.parallel()));
        try (Site site = Site.of(new MemoryStore(), handler)) {
            assertThat(site.post("k", "").body()).isEqualTo(piece.repeat(4));

            HttpResponse<String> retry = site.post("k", "");
            assertThat(retry.body()).isEmpty();
            assertThat(retry.headers().firstValue("Idempotent-Body-Omitted")).hasValue("true");
        }
    }

    @Test
    void a_body_as_long_as_the_limit_is_recorded() throws Exception {
        WebHandler handler = exchange -> write(exchange, "x".repeat(Site.LONGEST_RESPONSE));
        try (Site site = Site.of(new MemoryStore(), handler)) {
            site.post("k", "");

            assertThat(site.post("k", "").body()).hasSize(Site.LONGEST_RESPONSE);
        }
    }

    @Test
    void nothing_goes_out_before_the_record_is_durable_S19() throws Exception {
        WatchedStore store = WatchedStore.closed();
        try (Site site = Site.of(store.store(), this::created)) {
            CompletableFuture<HttpResponse<String>> first = site.posting("k", "tea");
            store.awaitCompletion();

            // The handler has answered, and nobody has it; a retry proves that the server does its work meanwhile.
            assertThat(site.post("k", "tea").statusCode()).isEqualTo(409);
            assertThat(first).isNotDone();
            store.allowCompletion();
            assertThat(first.join().statusCode()).isEqualTo(201);
        }
    }

    @Test
    void no_event_loop_waits_for_the_store() throws Exception {
        WatchedStore store = WatchedStore.open();
        try (Site site = Site.of(store.store(), this::created)) {
            site.post("k", "tea");
            site.post("k", "tea");
            site.post("other", "tea");
            List<WatchedStore.Call> used = store.calls().stream()
                    .filter(call -> List.of("acquire", "find", "complete").contains(call.method()))
                    .toList();

            assertThat(used).hasSizeGreaterThanOrEqualTo(5).allSatisfy(call -> {
                assertThat(call.thread()).isNotInstanceOf(reactor.core.scheduler.NonBlocking.class);
                assertThat(call.thread().isVirtual()).isTrue();
            });
        }
    }

    @Test
    void what_others_set_on_the_response_is_theirs_and_not_recorded() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (Site site = Site.of(new MemoryStore(), this::created, (exchange, chain) -> {
            exchange.getResponse().getHeaders().add("X-Outer", "request " + requests.incrementAndGet());
            return chain.filter(exchange);
        })) {
            site.post("k", "tea");

            assertThat(site.post("k", "tea").headers().allValues("X-Outer")).containsExactly("request 2");
        }
    }

    @Test
    void the_handler_finds_its_execution_and_its_form() throws Exception {
        WebHandler handler = exchange -> {
            Execution execution = exchange.getRequiredAttribute(IdempotencyWebFilter.EXECUTION);
            return exchange.getFormData()
                    .flatMap(form -> write(exchange, form.getFirst("sku") + " attempt " + execution.attempt()));
        };
        try (Site site = Site.of(new MemoryStore(), handler)) {
            HttpResponse<String> answer = site.send(
                    site.keyed("k", "sku=tea&count=2").header("Content-Type", "application/x-www-form-urlencoded"));

            assertThat(answer.body()).isEqualTo("tea attempt 1");
        }
    }

    @Test
    void an_exception_that_says_its_status_is_an_answer_and_another_leaves_the_outcome_unknown_S15() throws Exception {
        WebHandler handler = exchange -> {
            calls.incrementAndGet();
            return bodyOf(exchange)
                    .flatMap(body -> body.equals("sold out")
                            ? Mono.error(new ResponseStatusException(HttpStatus.CONFLICT))
                            : Mono.error(new IllegalStateException("The handler fails after its work")));
        };
        try (Site site = Site.of(new MemoryStore(), handler)) {
            assertThat(site.post("a", "sold out").statusCode()).isEqualTo(409);
            HttpResponse<String> retry = site.post("a", "sold out");
            assertThat(retry.statusCode()).isEqualTo(409);
            assertThat(Site.isReplay(retry)).isTrue();

            assertThat(site.post("b", "crash").statusCode()).isEqualTo(500);
            assertThat(site.post("b", "crash").body()).contains("outcome-unknown");
            assertThat(calls).hasValue(2);
        }
    }

    @Test
    void a_body_that_fails_midway_is_an_error_and_not_half_an_answer() throws Exception {
        WebHandler handler = exchange -> exchange.getResponse()
                .writeWith(Flux.just(buffer(exchange, "half"))
                        .concatWith(Mono.error(new ResponseStatusException(HttpStatus.NOT_ACCEPTABLE))));
        try (Site site = Site.of(new MemoryStore(), handler)) {
            HttpResponse<String> answer = site.post("k", "");

            assertThat(answer.statusCode()).isEqualTo(406);
            assertThat(answer.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, done", "false, outcome-unknown"})
    void a_refusal_that_is_answered_further_out_leaves_the_key_free_if_nothing_was_done_S14_S15(
            boolean nothingDone, String retry) throws Exception {
        WebHandler handler = exchange ->
                calls.incrementAndGet() == 1 ? Mono.error(new SecurityException("Not yours")) : write(exchange, "done");
        try (Site site = Site.of(
                new MemoryStore(),
                handler,
                dev.reprise.OperationPolicy.DEFAULT,
                settings -> settings.refusals(SecurityException.class::isInstance, exchange -> nothingDone),
                (exchange, chain) -> chain.filter(exchange).onErrorResume(SecurityException.class, e -> {
                    exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
                    return exchange.getResponse().setComplete();
                }))) {
            assertThat(site.post("k", "").statusCode()).isEqualTo(403);
            assertThat(site.post("k", "").body()).contains(retry);
        }
    }

    @Test
    void a_handler_that_announces_more_than_it_writes_has_not_answered() throws Exception {
        WebHandler handler = exchange -> {
            exchange.getResponse().getHeaders().setContentLength(10);
            return write(exchange, "short");
        };
        try (Site site = Site.of(new MemoryStore(), handler)) {
            assertThat(site.post("k", "").statusCode()).isEqualTo(500);
            assertThat(site.post("k", "").body()).contains("outcome-unknown");
        }
    }

    @Test
    void more_claims_at_once_than_there_is_place_for_are_refused_S22() throws Exception {
        WatchedStore store = WatchedStore.open();
        CompletableFuture<String> result = new CompletableFuture<>();
        WebHandler handler = exchange -> Mono.fromFuture(result).flatMap(text -> write(exchange, text));
        try (Site site = Site.of(
                store.store(),
                handler,
                dev.reprise.OperationPolicy.DEFAULT.withMaxWait(java.time.Duration.ofSeconds(20)),
                settings -> settings.claimsAtOnce(1))) {
            CompletableFuture<HttpResponse<String>> first = site.posting("k", "");
            await().until(() ->
                    store.calls().stream().anyMatch(call -> call.method().equals("acquire")));
            // Refused as long as the first one is being claimed.
            await().until(() -> {
                if (store.calls().stream().anyMatch(call -> call.method().equals("awaitChange"))) {
                    return true;
                }
                CompletableFuture<HttpResponse<String>> unused = site.posting("k", "");
                return false;
            });

            HttpResponse<String> third = site.post("other", "");
            result.complete("done");

            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.body()).contains("store-unavailable");
            assertThat(third.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(first.join().body()).isEqualTo("done");
        }
    }

    @Test
    void a_caller_that_waits_gets_the_answer_of_the_one_that_runs_S8() throws Exception {
        CompletableFuture<String> result = new CompletableFuture<>();
        WebHandler handler = exchange -> {
            calls.incrementAndGet();
            return Mono.fromFuture(result).flatMap(text -> write(exchange, text));
        };
        try (Site site = Site.of(
                new MemoryStore(),
                handler,
                dev.reprise.OperationPolicy.DEFAULT.withMaxWait(java.time.Duration.ofSeconds(20)),
                settings -> settings)) {
            CompletableFuture<HttpResponse<String>> first = site.posting("k", "");
            await().until(() -> calls.get() == 1);
            CompletableFuture<HttpResponse<String>> second = site.posting("k", "");
            result.complete("done");

            assertThat(first.join().body()).isEqualTo("done");
            assertThat(second.join().body()).isEqualTo("done");
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void a_key_where_nothing_is_protected_is_said_to_be_ignored() throws Exception {
        HttpNames usual = HttpNames.DEFAULT;
        HttpNames names =
                new HttpNames(usual.key(), usual.replayed(), usual.documentation(), null, "Idempotency-Status");
        WebHandler handler = exchange -> exchange.getResponse().setComplete();
        try (Site site =
                Site.of(new MemoryStore(), handler, OperationPolicy.DEFAULT, settings -> settings.names(names))) {
            assertThat(site.send(site.keyed("k", "").method("PUT", BodyPublishers.noBody()))
                            .headers()
                            .firstValue("idempotency-status"))
                    .hasValue("ignored");
            assertThat(site.send(site.request("/work").method("PUT", BodyPublishers.noBody()))
                            .headers()
                            .firstValue("idempotency-status"))
                    .isEmpty();
        }
    }
}
