package dev.reprise.servlet.comparison;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Controllers that answer in every way that Spring MVC has. */
@Controller
@RequestMapping("/out")
class SpringAnswers {
    static class Conflict extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @PostMapping("/nothing")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void nothing() {}

    @PostMapping("/json")
    @ResponseBody
    Map<String, Object> json() {
        return Map.of("id", 1);
    }

    @PostMapping("/entity")
    ResponseEntity<String> entity() {
        return ResponseEntity.created(URI.create("/charges/1"))
                .eTag("1")
                .cacheControl(CacheControl.maxAge(Duration.ofSeconds(10)))
                .contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
                .body("created \u00fc");
    }

    @PostMapping("/resource")
    ResponseEntity<Resource> resource() {
        return ResponseEntity.ok().body(new ByteArrayResource("0123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    @PostMapping("/stream")
    void stream(OutputStream out) throws IOException {
        out.write("streamed".getBytes(StandardCharsets.US_ASCII));
    }

    @PostMapping("/writer")
    void writer(Writer out) throws IOException {
        out.write("written");
    }

    @PostMapping("/servlet")
    void servlet(HttpServletResponse response) throws IOException {
        response.setStatus(203);
        response.getWriter().print("by hand");
    }

    @PostMapping("/redirect")
    String redirect() {
        return "redirect:/charges/1";
    }

    @PostMapping("/forward")
    String forward() {
        return "forward:/plain/second";
    }

    @PostMapping("/callable")
    @ResponseBody
    Callable<String> callable() {
        return () -> "called";
    }

    @PostMapping("/callable/conflict")
    @ResponseBody
    Callable<String> callableConflict() {
        return () -> {
            throw new Conflict();
        };
    }

    @PostMapping("/callable/broken")
    @ResponseBody
    Callable<String> callableBroken() {
        return () -> {
            throw new IllegalStateException("broken");
        };
    }

    @PostMapping("/task")
    @ResponseBody
    WebAsyncTask<String> task() {
        return new WebAsyncTask<>(10_000, () -> "task");
    }

    @PostMapping("/future")
    CompletableFuture<ResponseEntity<String>> future() {
        return CompletableFuture.supplyAsync(() -> ResponseEntity.status(202).body("future"));
    }

    @PostMapping("/deferred")
    @ResponseBody
    DeferredResult<String> deferred() {
        DeferredResult<String> result = new DeferredResult<>();
        Thread.ofVirtual().start(() -> result.setResult("deferred"));
        return result;
    }

    @PostMapping("/deferred/timeout")
    @ResponseBody
    DeferredResult<String> deferredTimeout() {
        return new DeferredResult<>(100L, "too late");
    }

    @PostMapping("/deferred/unanswered")
    @ResponseBody
    DeferredResult<String> deferredUnanswered() {
        return new DeferredResult<>(100L);
    }

    @PostMapping("/deferred/conflict")
    @ResponseBody
    DeferredResult<String> deferredConflict() {
        DeferredResult<String> result = new DeferredResult<>();
        result.setErrorResult(new Conflict());
        return result;
    }

    @PostMapping("/streaming")
    StreamingResponseBody streaming() {
        return out -> out.write("streaming".getBytes(StandardCharsets.US_ASCII));
    }

    @PostMapping("/streaming/broken")
    StreamingResponseBody streamingBroken() {
        return out -> {
            out.write("half".getBytes(StandardCharsets.US_ASCII));
            throw new IOException("broken");
        };
    }

    @PostMapping("/emitter")
    ResponseBodyEmitter emitter() {
        ResponseBodyEmitter emitter = new ResponseBodyEmitter();
        Thread.ofVirtual().start(() -> {
            try {
                emitter.send("one ");
                emitter.send("two");
                emitter.complete();
            } catch (IOException e) {
                emitter.completeWithError(e);
            }
        });
        return emitter;
    }

    @PostMapping("/events")
    SseEmitter events() {
        SseEmitter emitter = new SseEmitter();
        Thread.ofVirtual().start(() -> {
            try {
                emitter.send("one");
                emitter.send(SseEmitter.event().id("2").data("two"));
                emitter.complete();
            } catch (IOException e) {
                emitter.completeWithError(e);
            }
        });
        return emitter;
    }

    @PostMapping("/conflict")
    String conflict() {
        throw new Conflict();
    }

    @PostMapping("/status")
    String status() {
        throw new ResponseStatusException(HttpStatus.PAYMENT_REQUIRED, "no money");
    }

    @PostMapping("/problem")
    ProblemDetail problem() {
        return ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT, "a problem");
    }

    @PostMapping("/broken")
    String broken() {
        throw new IllegalStateException("broken");
    }

    @GetMapping("/read")
    @ResponseBody
    String read() {
        return "read";
    }

    @ExceptionHandler(Conflict.class)
    @ResponseStatus(HttpStatus.CONFLICT)
    @ResponseBody
    String conflict(Conflict conflict) {
        return "conflict";
    }
}
