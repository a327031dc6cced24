package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.math.BigDecimal;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reactive endpoints as people write them, on Reactor Netty, with records in the database of the application. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReactiveEndpointTest {
    private final BootedReactive application = BootedReactive.start(Shop.class);
    private final Controller controller = application.bean(Controller.class);

    record Order(@NotBlank String sku, @Min(1) int quantity) {}

    record Ordered(int id, String sku, BigDecimal price) {}

    record Form(String sku) {}

    static final class SoldOutException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Controller.class, Advice.class})
    static class Shop {
        /** Asked before the controllers, and so in front of one that is protected. */
        @Bean
        RouterFunction<ServerResponse> functions(Controller controller) {
            return RouterFunctions.route()
                    .POST(
                            "/functional",
                            request -> ServerResponse.ok().bodyValue("call " + controller.calls.incrementAndGet()))
                    .build();
        }
    }

    @RestControllerAdvice
    static class Advice {
        @ExceptionHandler
        ProblemDetail soldOut(SoldOutException e) {
            return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "Sold out");
        }
    }

    @RestController
    static class Controller {
        private final AtomicInteger calls = new AtomicInteger();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CompletableFuture<String> result = new CompletableFuture<>();

        @Idempotent
        @PostMapping("/orders")
        Mono<ResponseEntity<Ordered>> order(@Valid @RequestBody Order order) {
            return Mono.fromSupplier(() -> {
                int id = calls.incrementAndGet();
                return ResponseEntity.created(URI.create("/orders/" + id))
                        .header("X-Custom", "custom " + id)
                        .body(new Ordered(id, order.sku(), new BigDecimal("10.00")));
            });
        }

        @Idempotent
        @PostMapping("/lists")
        Flux<Ordered> list(@RequestBody Mono<Order> order) {
            return order.flatMapMany(one ->
                    Flux.range(1, 3).map(i -> new Ordered(calls.incrementAndGet(), one.sku(), new BigDecimal(i))));
        }

        @Idempotent
        @PostMapping(path = "/lines", produces = MediaType.APPLICATION_NDJSON_VALUE)
        Flux<Ordered> lines(@RequestBody Mono<Order> order) {
            return list(order);
        }

        @Idempotent
        @PostMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> events() {
            return Flux.range(1, 3).map(i -> "event " + calls.incrementAndGet());
        }

        @Idempotent
        @PostMapping("/nothing")
        Mono<Void> nothing() {
            return Mono.fromRunnable(calls::incrementAndGet);
        }

        @Idempotent
        @PostMapping(path = "/forms", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
        String form(@ModelAttribute Form form) {
            return form.sku() + " " + calls.incrementAndGet();
        }

        @Idempotent
        @PostMapping(path = "/uploads", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
        Mono<String> upload(@RequestPart("file") Mono<FilePart> file) {
            return file.flatMap(part -> DataBufferUtils.join(part.content())
                    .map(content -> part.filename() + " " + content.toString(StandardCharsets.UTF_8) + " "
                            + calls.incrementAndGet()));
        }

        @Idempotent
        @PostMapping("/odd/{what}")
        Mono<String> odd(@PathVariable String what) {
            calls.incrementAndGet();
            return switch (what) {
                case "throws" -> throw new SoldOutException();
                case "fails" -> Mono.error(new SoldOutException());
                case "status" -> Mono.error(new ResponseStatusException(HttpStatus.GONE, "It is gone"));
                case "crashes" -> Mono.error(new IllegalStateException("The handler fails after its work"));
                case "busy" -> Mono.error(new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS));
                default -> Mono.just(what);
            };
        }

        @Idempotent
        @PostMapping("/late")
        Mono<String> late() {
            calls.incrementAndGet();
            begun.countDown();
            return Mono.fromFuture(result);
        }

        @Idempotent
        @PostMapping("/functional")
        String hidden() {
            return "never";
        }

        @PostMapping("/plain")
        String plain() {
            return "call " + calls.incrementAndGet();
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private static final String TEA = "{\"sku\":\"tea\",\"quantity\":1}";

    @ParameterizedTest
    @CsvSource({"/orders, 201", "/lists, 200", "/lines, 200", "/nothing, 200", "/odd/fine, 200"})
    void a_retry_gets_the_same_answer_byte_for_byte_S7(String path, int status) throws Exception {
        HttpResponse<String> first = application.post(path, "same", TEA);
        int calls = controller.calls.get();
        HttpResponse<String> retry = application.post(path, "same", TEA);

        assertThat(first.statusCode()).isEqualTo(status);
        assertThat(BootedReactive.isReplay(first)).isFalse();
        assertThat(BootedReactive.isReplay(retry)).isTrue();
        assertThat(retry.statusCode()).isEqualTo(status);
        assertThat(retry.body()).isEqualTo(first.body());
        for (String field : List.of("Content-Type", "Location", "X-Custom")) {
            assertThat(retry.headers().firstValue(field))
                    .isEqualTo(first.headers().firstValue(field));
        }
        assertThat(controller.calls).hasValue(calls);
    }

    @Test
    void fifty_duplicates_at_once_execute_once_S8() {
        int before = controller.calls.get();
        List<CompletableFuture<HttpResponse<String>>> posted = IntStream.range(0, 50)
                .mapToObj(i -> application.posting("/orders", "fifty", TEA))
                .toList();

        assertThat(posted)
                .extracting(CompletableFuture::join)
                .allSatisfy(answer -> assertThat(answer.statusCode()).isIn(201, 409));
        assertThat(controller.calls).hasValue(before + 1);
    }

    @Test
    void events_are_recorded_without_them_S21() throws Exception {
        HttpResponse<String> first = application.post("/events", "k", "");
        HttpResponse<String> retry = application.post("/events", "k", "");

        assertThat(first.body()).contains("data:event", "\n\n");
        assertThat(retry.body()).isEmpty();
        assertThat(retry.headers().firstValue("Idempotent-Body-Omitted")).hasValue("true");
    }

    @Test
    void a_form_is_read_from_what_the_filter_has_read() throws Exception {
        assertThat(application
                        .send(application
                                .keyed("/forms", "k", "sku=tea")
                                .setHeader("Content-Type", "application/x-www-form-urlencoded"))
                        .body())
                .startsWith("tea ");
    }

    @ParameterizedTest
    @CsvSource({
        "/orders, {\"sku\":\"\",400",
        "/orders, '{\"sku\":\"\",\"quantity\":0}',400",
        "/odd/throws, '', 409",
        "/odd/fails, '', 409",
        "/odd/status, '', 410"
    })
    void an_error_that_says_its_status_is_the_answer_and_comes_again_S14(String path, String body, int status)
            throws Exception {
        String key = "error-" + path + body.length();
        HttpResponse<String> first = application.post(path, key, body);
        HttpResponse<String> retry = application.post(path, key, body);

        assertThat(first.statusCode()).isEqualTo(status);
        // What Boot's error handler, or the advice, has rendered.
        assertThat(first.body()).contains("\"status\":" + status);
        assertThat(BootedReactive.isReplay(retry)).isTrue();
        assertThat(retry.body()).isEqualTo(first.body());
    }

    @Test
    void an_exception_that_nobody_expected_leaves_the_outcome_unknown_S15() throws Exception {
        HttpResponse<String> first = application.post("/odd/crashes", "crash", "");

        assertThat(first.statusCode()).isEqualTo(500);
        assertThat(first.body()).contains("\"path\":\"/odd/crashes\"");
        assertThat(application.post("/odd/crashes", "crash", "").body()).contains("outcome-unknown");
    }

    @Test
    void an_answer_that_means_ask_again_leaves_the_key_free_S14() throws Exception {
        int before = controller.calls.get();

        assertThat(application.post("/odd/busy", "busy", "").statusCode()).isEqualTo(429);
        assertThat(application.post("/odd/busy", "busy", "").statusCode()).isEqualTo(429);
        assertThat(controller.calls).hasValue(before + 2);
    }

    @Test
    void a_file_is_read_from_what_the_filter_has_read() throws Exception {
        String form = String.join(
                "\r\n",
                "--b",
                "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"",
                "Content-Type: text/plain",
                "",
                "full of tea",
                "--b--",
                "");
        HttpResponse<String> first = application.send(
                application.keyed("/uploads", "k", form).setHeader("Content-Type", "multipart/form-data; boundary=b"));
        HttpResponse<String> retry = application.send(
                application.keyed("/uploads", "k", form).setHeader("Content-Type", "multipart/form-data; boundary=b"));

        assertThat(first.body()).startsWith("a.txt full of tea ");
        assertThat(retry.body()).isEqualTo(first.body());
    }

    /** Spring decides what a path leads to, so none is ambiguous (S31). */
    @ParameterizedTest
    @ValueSource(strings = {"/odd/a%2Fb", "/odd/a;v=1", "/odd/%C3%BC", "/odd/.."})
    void an_odd_path_is_protected_if_spring_leads_it_to_the_method(String path) throws Exception {
        String key = path.replace(';', '.');
        HttpResponse<String> first = application.post(path, key, "");
        HttpResponse<String> retry = application.post(path, key, "");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(BootedReactive.isReplay(retry)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/functional", "/plain"})
    void what_spring_leads_elsewhere_is_not_protected(String path) throws Exception {
        String first = application.post(path, "k", "").body();

        assertThat(application.post(path, "k", "").body()).startsWith("call ").isNotEqualTo(first);
    }

    @Test
    void what_the_mapping_refuses_leaves_the_key_free_S14() throws Exception {
        assertThat(application.send(application.keyed("/forms", "refused", TEA)).statusCode())
                .isEqualTo(415);
        assertThat(application
                        .send(application
                                .keyed("/forms", "refused", "sku=tea")
                                .setHeader("Content-Type", "application/x-www-form-urlencoded"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_request_without_a_key_is_refused_S4() throws Exception {
        assertThat(application
                        .send(application
                                .request("/orders")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(TEA)))
                        .body())
                .contains("missing-key");
    }

    @Test
    void a_handler_works_on_when_its_caller_has_left_and_a_retry_gets_its_answer() throws Exception {
        Socket caller = application.caller("/late", "late");
        controller.begun.await();
        int calls = controller.calls.get();
        caller.close();
        assertThat(application.post("/late", "late", "").statusCode()).isEqualTo(409);
        controller.result.complete("done");

        await().until(() -> application.post("/late", "late", "").statusCode() == 200);
        assertThat(application.post("/late", "late", "").body()).isEqualTo("done");
        assertThat(controller.calls).hasValue(calls);
    }
}
