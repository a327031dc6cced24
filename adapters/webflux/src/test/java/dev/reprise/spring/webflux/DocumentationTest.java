package dev.reprise.spring.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.http.Route;
import dev.reprise.memory.MemoryStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.handler.ResponseStatusExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The piece of {@code docs/spring.md} that does without Boot, run. */
class DocumentationTest {
    private static final List<WebExceptionHandler> handlers = List.of(new ResponseStatusExceptionHandler());

    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void a_filter_without_boot_executes_once_S7() throws Exception {
        WebHandler application = exchange -> exchange.getResponse()
                .writeWith(Mono.fromSupplier(() -> exchange.getResponse()
                        .bufferFactory()
                        .wrap(("order " + calls.incrementAndGet()).getBytes(StandardCharsets.UTF_8))));
        try (IdempotencyEngine engine =
                IdempotencyEngine.over(new MemoryStore()).build()) {
            IdempotencyWebFilter filter = IdempotencyWebFilter.over(
                            engine, List.of(Route.of("/orders").withKeyRequired(true)))
                    .exceptionHandlers(handlers)
                    .build();
            HttpHandler http = WebHttpHandlerBuilder.webHandler(application)
                    .filter(filter)
                    .exceptionHandlers(own -> own.addAll(handlers))
                    .build();
            DisposableServer server = HttpServer.create()
                    .host("127.0.0.1")
                    .port(0)
                    .handle(new ReactorHttpHandlerAdapter(http))
                    .bindNow();
            try (HttpClient client = HttpClient.newHttpClient();
                    filter) {
                HttpRequest order = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/orders"))
                        .header("Idempotency-Key", "k")
                        .POST(BodyPublishers.ofString("tea"))
                        .build();

                assertThat(client.send(order, BodyHandlers.ofString()).body()).isEqualTo("order 1");
                assertThat(client.send(order, BodyHandlers.ofString()).body()).isEqualTo("order 1");
            } finally {
                server.disposeNow();
            }
        }
    }
}
