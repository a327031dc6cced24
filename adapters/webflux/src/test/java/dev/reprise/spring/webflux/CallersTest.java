package dev.reprise.spring.webflux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.memory.MemoryStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** Callers that send too much or too little, that listen for ever, and that go away. */
class CallersTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<String> result = new CompletableFuture<>();
    private final CountDownLatch left = new CountDownLatch(1);

    /** Notices on the outside that a caller has left. */
    private final WebFilter watch = (exchange, chain) -> chain.filter(exchange).doOnCancel(left::countDown);

    private static Mono<Void> write(ServerWebExchange exchange, String text) {
        return exchange.getResponse()
                .writeWith(Mono.fromSupplier(
                        () -> exchange.getResponse().bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** Answers when it is told to. */
    private Mono<Void> later(ServerWebExchange exchange) {
        calls.incrementAndGet();
        begun.countDown();
        return Mono.fromFuture(result).flatMap(text -> write(exchange, text));
    }

    @Test
    void a_body_that_is_too_long_is_refused_whether_or_not_its_length_was_told() throws Exception {
        try (Site site = Site.of(new MemoryStore(), exchange -> write(exchange, "never"))) {
            String tooLong = "x".repeat(Site.LONGEST_REQUEST + 1);

            assertThat(site.post("k", tooLong).statusCode()).isEqualTo(413);
            assertThat(site.send(site.request("/work")
                                    .header("Idempotency-Key", "k")
                                    .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(
                                            tooLong.getBytes(StandardCharsets.US_ASCII)))))
                            .statusCode())
                    .isEqualTo(413);
            assertThat(site.post("k", "x".repeat(Site.LONGEST_REQUEST)).body()).isEqualTo("never");
        }
    }

    /** Reactor Netty sometimes loses the next answer on a connection when a request was answered whose body nobody had read. */
    @Test
    void a_request_that_is_refused_is_read_so_that_its_connection_can_go_on() throws Exception {
        AtomicInteger read = new AtomicInteger();
        WebFilter outside = (exchange, chain) -> chain.filter(exchange.mutate()
                .request(new ServerHttpRequestDecorator(exchange.getRequest()) {
                    @Override
                    public Flux<DataBuffer> getBody() {
                        return super.getBody().doOnNext(part -> read.addAndGet(part.readableByteCount()));
                    }
                })
                .build());
        try (Site site = Site.of(new MemoryStore(), exchange -> write(exchange, "never"), outside)) {
            int status = site.send(site.request("/work").POST(BodyPublishers.ofString("tea")))
                    .statusCode();

            assertThat(status).isEqualTo(400);
            assertThat(read).hasValue(3);
        }
    }

    @Test
    void a_request_that_is_cut_short_is_not_executed_and_not_recorded_S20() throws Exception {
        WatchedStore store = WatchedStore.open();
        CountDownLatch ended = new CountDownLatch(1);
        WebHandler handler = exchange -> write(exchange, "done " + calls.incrementAndGet());
        WebFilter outside = (exchange, chain) -> chain.filter(exchange).doFinally(signal -> ended.countDown());
        try (Site site = Site.of(store.store(), handler, outside)) {
            site.caller("k", 10, "half").close();
            ended.await();

            assertThat(store.calls()).extracting(WatchedStore.Call::method).doesNotContain("acquire");
            assertThat(site.post("k", "another").body()).isEqualTo("done 1");
        }
    }

    @Test
    void a_handler_works_on_when_its_caller_has_left_and_a_retry_gets_its_answer() throws Exception {
        try (Site site = Site.of(new MemoryStore(), this::later, watch)) {
            Socket caller = site.caller("k", 3, "tea");
            begun.await();
            caller.close();
            left.await();
            assertThat(site.post("k", "tea").statusCode()).isEqualTo(409);

            result.complete("done");
            await().until(() -> site.post("k", "tea").statusCode() == 200);

            HttpResponse<String> retry = site.post("k", "tea");
            assertThat(retry.body()).isEqualTo("done");
            assertThat(Site.isReplay(retry)).isTrue();
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void a_handler_that_fails_when_its_caller_has_left_leaves_the_outcome_unknown_S15() throws Exception {
        try (Site site = Site.of(new MemoryStore(), this::later, watch)) {
            Socket caller = site.caller("k", 3, "tea");
            begun.await();
            caller.close();
            left.await();
            result.completeExceptionally(new IllegalStateException("The handler fails after its work"));

            await().until(() -> site.post("k", "tea").body().contains("outcome-unknown"));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void a_handler_that_never_ends_stays_in_progress_when_its_caller_has_left_S34() throws Exception {
        WebHandler handler = exchange -> {
            calls.incrementAndGet();
            begun.countDown();
            return Mono.never();
        };
        try (Site site = Site.of(new MemoryStore(), handler, watch)) {
            Socket caller = site.caller("k", 0, "");
            begun.await();
            caller.close();
            left.await();

            assertThat(site.post("k", "").body()).contains("in-progress");
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void events_go_out_as_they_are_made_behind_a_record_without_body_S21() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        WebHandler handler = exchange -> {
            calls.incrementAndGet();
            exchange.getResponse().getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
            return exchange.getResponse()
                    .writeAndFlushWith(Flux.just("data: one\n\n")
                            .concatWith(Flux.never())
                            .map(event -> Mono.just(exchange.getResponse()
                                    .bufferFactory()
                                    .wrap(event.getBytes(StandardCharsets.UTF_8))))
                            .doFinally(signal -> {
                                if (signal == SignalType.CANCEL) {
                                    cancelled.countDown();
                                }
                            }));
        };
        try (Site site = Site.of(new MemoryStore(), handler, watch)) {
            Socket caller = site.caller("k", 0, "");
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
            assertThat(reader.lines().filter(line -> line.startsWith("data:")).findFirst())
                    .hasValue("data: one");

            HttpResponse<String> retry = site.post("k", "");
            assertThat(retry.statusCode()).isEqualTo(200);
            assertThat(retry.body()).isEmpty();
            assertThat(retry.headers().firstValue("Idempotent-Body-Omitted")).hasValue("true");
            assertThat(calls).hasValue(1);

            // Nobody listens any more, and there is nothing left to record.
            caller.close();
            cancelled.await();
        }
    }
}
