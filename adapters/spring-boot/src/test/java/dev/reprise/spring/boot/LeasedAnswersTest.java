package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.spring.boot.Idempotent.Guarantee;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** With the leased guarantee a handler may answer from another thread: the answer is recorded when it is there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeasedAnswersTest {
    private final Booted application = Booted.start(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Later.class)
    static class Application {}

    @RestController
    @Idempotent(guarantee = Guarantee.LEASED)
    static class Later {
        private final AtomicInteger calls = new AtomicInteger();

        @PostMapping("/callable")
        Callable<String> callable() {
            return () -> "call " + calls.incrementAndGet();
        }

        @PostMapping("/stage")
        CompletionStage<String> stage() {
            return CompletableFuture.supplyAsync(() -> "call " + calls.incrementAndGet());
        }

        @PostMapping("/deferred")
        DeferredResult<ResponseEntity<String>> deferred() {
            DeferredResult<ResponseEntity<String>> result = new DeferredResult<>();
            Thread.ofPlatform().start(() -> result.setResult(ResponseEntity.ok("call " + calls.incrementAndGet())));
            return result;
        }

        @PostMapping("/stream")
        ResponseEntity<StreamingResponseBody> stream() {
            return ResponseEntity.ok(
                    out -> out.write(("call " + calls.incrementAndGet()).getBytes(StandardCharsets.UTF_8)));
        }

        @PostMapping("/events")
        SseEmitter events() {
            SseEmitter emitter = new SseEmitter();
            Thread.ofPlatform().start(() -> {
                try {
                    emitter.send("call " + calls.incrementAndGet());
                    emitter.complete();
                } catch (IOException e) {
                    emitter.completeWithError(e);
                }
            });
            return emitter;
        }

        @PostMapping("/now")
        String now() {
            return "call " + calls.incrementAndGet();
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/callable", "/stage", "/deferred", "/stream", "/now"})
    void an_answer_is_given_once_and_replayed_S7(String path) throws Exception {
        String key = UUID.randomUUID().toString();
        HttpResponse<String> first = application.post(path, key, "");
        HttpResponse<String> retry = application.post(path, key, "");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).startsWith("call ");
        assertThat(Booted.isReplay(first)).isFalse();
        assertThat(retry.body()).isEqualTo(first.body());
        assertThat(Booted.isReplay(retry)).isTrue();
    }

    /** Events go out while they are made, so their bytes are not recorded. */
    @Test
    void events_are_sent_once_and_a_retry_hears_that_they_were_S21() throws Exception {
        HttpResponse<String> first = application.post("/events", "events", "");
        HttpResponse<String> retry = application.post("/events", "events", "");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).contains("data:call ");
        assertThat(retry.statusCode()).isEqualTo(200);
        assertThat(Booted.isReplay(retry)).isTrue();
        assertThat(retry.headers().firstValue("Idempotent-Body-Omitted")).hasValue("true");
    }
}
