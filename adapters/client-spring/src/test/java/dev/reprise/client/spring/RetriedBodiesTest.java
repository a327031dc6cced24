package dev.reprise.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.StopReason;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import dev.reprise.testkit.TcpFaultProxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What of a body of WebClient is sent again, and that it is the same bytes (C1). */
class RetriedBodiesTest {
    private static final int MOST = 100_000;

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private static WebClient client() {
        Retries retries = Retries.builder()
                .timer(delay -> CompletableFuture.completedFuture(null))
                .build();
        return WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector())
                .filter(new RetryFilter(retries).withMaxBody(MOST))
                .build();
    }

    private static @Nullable String post(URI uri, BodyInserter<?, ? super ClientHttpRequest> body) {
        return client().post()
                .uri(uri)
                .body(body)
                .retrieve()
                .bodyToMono(String.class)
                .block();
    }

    private static DataBuffer buffer(String text) {
        return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static RetryReport report(@Nullable Throwable failure) {
        return RetryReport.of(Objects.requireNonNull(failure, "no failure"))
                .orElseThrow(() -> new AssertionError("no report", failure));
    }

    private void assertSentTwiceTheSame() {
        assertThat(server.received()).hasSize(2);
        Received first = server.received().getFirst();
        assertThat(server.received().getLast()).isEqualTo(first);
        assertThat(first.field("idempotency-key")).isPresent();
        assertThat(server.effects()).isOne();
    }

    /** Its boundary is made anew each time it is written. */
    @Test
    void a_multipart_body_is_sent_again_byte_for_byte_C1() {
        server.next(new Step.Reset(true));
        MultipartBodyBuilder parts = new MultipartBodyBuilder();
        parts.part("memo", "lunch");
        parts.part("receipt", new ByteArrayResource("x".repeat(50_000).getBytes(StandardCharsets.US_ASCII)));

        assertThat(post(server.uri("/charges"), BodyInserters.fromMultipartData(parts.build())))
                .isEqualTo("effect 1");

        assertSentTwiceTheSame();
    }

    @Test
    void what_a_publisher_gives_once_is_sent_again_byte_for_byte_C1() {
        server.next(new Step.Reset(true));
        server.next(new Step.Answer(503, "down"));
        AtomicInteger subscribed = new AtomicInteger();
        Flux<DataBuffer> once = Flux.defer(
                () -> Flux.range(subscribed.getAndIncrement() * 10, 10).map(number -> buffer("line " + number + "\n")));

        assertThat(post(server.uri("/charges"), BodyInserters.fromDataBuffers(once)))
                .isEqualTo("effect 1");

        assertThat(subscribed).hasValue(1);
        assertThat(server.received()).hasSize(3).extracting(Received::body).containsOnly("""
                line 0
                line 1
                line 2
                line 3
                line 4
                line 5
                line 6
                line 7
                line 8
                line 9
                """);
    }

    @Test
    void a_body_that_was_cut_on_its_way_is_sent_again_whole_C1() {
        try (TcpFaultProxy proxy = new TcpFaultProxy(server.port())) {
            proxy.next(TcpFaultProxy.Plan.cutRequestAfter(20_000));

            String body = "x".repeat(MOST);
            assertThat(post(URI.create("http://127.0.0.1:" + proxy.port() + "/charges"), BodyInserters.fromValue(body)))
                    .isEqualTo("effect 1");

            assertThat(server.received())
                    .singleElement()
                    .extracting(Received::body)
                    .isEqualTo(body);
        }
    }

    @Test
    void a_body_of_exactly_the_limit_is_kept_and_one_byte_more_is_sent_once_and_whole_C1_C8() {
        for (int size : new int[] {MOST, MOST + 1}) {
            server.next(new Step.Reset(true));
            Flux<DataBuffer> body = Flux.just(buffer("x".repeat(60_000)), buffer("y".repeat(size - 60_000)));

            Throwable failure = catchThrowable(() -> post(server.uri("/charges"), BodyInserters.fromDataBuffers(body)));

            if (size == MOST) {
                assertThat(failure).isNull();
                assertSentTwiceTheSame();
            } else {
                assertThat(report(failure).stop()).isEqualTo(StopReason.UNREPEATABLE_BODY);
                assertThat(report(failure).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
                assertThat(report(failure).attempts()).isOne();
                assertThat(server.received()).hasSize(3);
            }
            assertThat(server.received().getLast().body()).isEqualTo("x".repeat(60_000) + "y".repeat(size - 60_000));
        }
    }

    /** It is asked for no more than the connection takes, and comes whole. */
    @Test
    void a_long_body_streams_through() {
        Flux<DataBuffer> body = Flux.range(0, 2_000)
                .map(number -> buffer("%09d\n".formatted(number).repeat(100)));

        assertThat(post(server.uri("/charges"), BodyInserters.fromDataBuffers(body)))
                .isEqualTo("effect 1");

        String received = server.received().getFirst().body();
        assertThat(received).hasSize(2_000_000).startsWith("000000000\n").endsWith("000001999\n");
        assertThat(server.received().getFirst().field("idempotency-key")).isPresent();
    }

    /** Such a body may never end, so nothing waits for its end. */
    @Test
    void a_body_that_is_flushed_in_parts_is_sent_as_it_comes_and_once() {
        server.next(new Step.Reset(true));

        Throwable failure = catchThrowable(() -> client().post()
                .uri(server.uri("/charges"))
                .contentType(MediaType.APPLICATION_NDJSON)
                .body((request, context) ->
                        request.writeAndFlushWith(Flux.just(Flux.just(buffer("{}\n")), Flux.just(buffer("{}\n")))))
                .retrieve()
                .bodyToMono(String.class)
                .block());

        assertThat(report(failure).stop()).isEqualTo(StopReason.UNREPEATABLE_BODY);
        assertThat(server.received()).singleElement().extracting(Received::body).isEqualTo("{}\n{}\n");
    }

    /** What was read of it may be gone, so that the next attempt would send the rest as if it were all. */
    @Test
    void a_body_that_had_begun_when_its_attempt_ended_is_not_begun_again_C1() {
        Sinks.Many<DataBuffer> hot = Sinks.many().unicast().onBackpressureBuffer();
        hot.emitNext(buffer("the beginning"), Sinks.EmitFailureHandler.FAIL_FAST);
        Retries impatient = Retries.builder()
                .policy(RetryPolicy.considerate().withTimeLimits(Duration.ofSeconds(20), Duration.ofMillis(300)))
                .timer(delay -> CompletableFuture.completedFuture(null))
                .build();
        WebClient client =
                WebClient.builder().filter(new RetryFilter(impatient)).build();

        Throwable failure = catchThrowable(() -> client.post()
                .uri(server.uri("/charges"))
                .body(BodyInserters.fromDataBuffers(hot.asFlux()))
                .retrieve()
                .bodyToMono(String.class)
                .block());

        assertThat(report(failure).stop()).isEqualTo(StopReason.UNREPEATABLE_BODY);
        assertThat(report(failure).attempts()).isOne();
        assertThat(server.effects()).isZero();
    }

    @Test
    void a_body_that_fails_is_not_asked_for_again_C8() {
        AtomicInteger asked = new AtomicInteger();
        Mono<String> broken = Mono.defer(() -> {
            asked.incrementAndGet();
            return Mono.error(new IllegalStateException("a bug of a test"));
        });

        Throwable failure = catchThrowable(() -> client().post()
                .uri(server.uri("/charges"))
                .body(broken, String.class)
                .retrieve()
                .bodyToMono(String.class)
                .block());

        assertThat(failure).hasStackTraceContaining("a bug of a test");
        assertThat(report(failure).stop()).isEqualTo(StopReason.FINAL);
        assertThat(asked).hasValue(1);
    }

    @Test
    void a_request_without_a_body_is_sent_again() {
        server.next(new Step.Reset(true));

        assertThat(client().post()
                        .uri(server.uri("/charges"))
                        .retrieve()
                        .bodyToMono(String.class)
                        .block())
                .isEqualTo("effect 1");

        assertSentTwiceTheSame();
    }

    /** By HTTP, PUT may be repeated; it gets no key unless it has one. */
    @Test
    void a_PUT_is_repeated_without_a_key_and_keeps_one_that_it_has_C1_C2() {
        for (String key : new String[] {"none", "\"mine\""}) {
            server.next(new Step.Reset(true));
            client().method(HttpMethod.PUT)
                    .uri(server.uri("/names/a"))
                    .headers(fields -> {
                        if (!key.equals("none")) {
                            fields.set("Idempotency-Key", key);
                        }
                    })
                    .bodyValue("192.0.2.1")
                    .retrieve()
                    .toBodilessEntity()
                    .block();

            assertThat(server.received()
                            .subList(
                                    server.received().size() - 2,
                                    server.received().size()))
                    .extracting(request -> request.field("idempotency-key").orElse("none"))
                    .containsOnly(key);
        }
    }

    @Test
    void a_limit_below_nothing_is_refused() {
        RetryFilter filter = new RetryFilter(Retries.considerate());

        assertThatThrownBy(() -> filter.withMaxBody(-1)).hasMessageContaining("maxBody is at least 0, not -1");
    }
}
