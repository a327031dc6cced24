package dev.reprise.spring.boot;

import dev.reprise.console.ConsoleRequest;
import dev.reprise.console.ConsoleResponse;
import dev.reprise.console.LateConsole;
import dev.reprise.console.access.ConsoleUser;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/**
 * Has a console answer requests of a reactive application on threads of its own, since the console blocks. An answer that has begun is made to
 * its end, whoever cancels: an action of an operator is not broken off. Thread-safe.
 */
final class ConsoleHandler implements WebHandler, AutoCloseable {
    /** How many requests are answered at once, fewer than a usual pool has connections; others get 503. */
    static final int AT_ONCE = 8;

    private static final Duration LAST_CHANCE = Duration.ofSeconds(5);

    private final LateConsole console;
    private final Function<ServerWebExchange, Mono<ConsoleUser>> users;
    private final Semaphore places = new Semaphore(AT_ONCE);
    /** Not virtual ones: the native code of SQLite or RocksDB would hold their carriers. */
    private final ExecutorService threads = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().daemon().name("reprise-console-", 0).factory());

    ConsoleHandler(LateConsole console, Function<ServerWebExchange, Mono<ConsoleUser>> users) {
        this.console = console;
        this.users = users;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return ExchangeForm.read(exchange)
                .flatMap(form -> users.apply(exchange)
                        .map(user -> read(exchange, form, user))
                        .switchIfEmpty(Mono.fromSupplier(() -> read(exchange, form, null))))
                .flatMap(this::answer)
                .onErrorResume(DataBufferLimitException.class, e -> Mono.just(ConsoleResponse.tooLong()))
                .onErrorResume(ConsoleHandler::isUnreadable, e -> Mono.just(ConsoleResponse.unreadable(e)))
                .flatMap(response -> write(exchange.getResponse(), response));
    }

    private static boolean isUnreadable(Throwable failure) {
        return failure instanceof IllegalArgumentException || failure instanceof IllegalStateException;
    }

    private ConsoleRequest read(ServerWebExchange exchange, String form, @Nullable ConsoleUser user) {
        ServerHttpRequest request = exchange.getRequest();
        URI uri = request.getURI();
        boolean tls = "https".equals(uri.getScheme());
        String host = authority(uri, tls);
        // A server may use its own for the next request when the caller of this one is gone.
        HttpHeaders fields = HttpHeaders.copyOf(request.getHeaders());
        return new ConsoleRequest(
                request.getMethod().name(),
                Objects.requireNonNull(
                        console.settings().below(request.getPath().value()), "The path is mapped"),
                uri.getRawQuery(),
                form,
                name -> name.equals("Host") ? host : ConsoleRequest.said(name, fields.getOrEmpty(name)),
                remote(request),
                tls,
                user);
    }

    /** As browsers write it, whatever the version of HTTP, and whatever the application knows from a proxy. */
    private static String authority(URI uri, boolean tls) {
        String written = Objects.requireNonNullElse(uri.getRawAuthority(), "");
        String usual = tls ? ":443" : ":80";
        return written.endsWith(usual) ? written.substring(0, written.length() - usual.length()) : written;
    }

    /** An address that a proxy has told is not resolved. */
    private static String remote(ServerHttpRequest request) {
        InetSocketAddress remote = request.getRemoteAddress();
        if (remote == null) {
            return "unknown";
        }
        return remote.isUnresolved()
                ? remote.getHostString()
                : remote.getAddress().getHostAddress();
    }

    private Mono<ConsoleResponse> answer(ConsoleRequest request) {
        if (!places.tryAcquire()) {
            return Mono.just(ConsoleResponse.text(503, "The console answers others; try again in a moment"));
        }
        return Mono.fromFuture(CompletableFuture.supplyAsync(() -> answerInPlace(request), threads), true);
    }

    private ConsoleResponse answerInPlace(ConsoleRequest request) {
        try {
            return console.handle(request);
        } finally {
            places.release();
        }
    }

    /** What a filter in front has said of a page of its own does not count here. */
    private static Mono<Void> write(ServerHttpResponse to, ConsoleResponse response) {
        HttpHeaders fields = to.getHeaders();
        response.headers().forEach((name, value) -> {
            if (name.equals(HttpHeaders.SET_COOKIE)) {
                fields.add(name, value);
            } else {
                fields.set(name, value);
            }
        });
        byte[] body = response.body().bytes();
        fields.setContentLength(body.length);
        to.setStatusCode(HttpStatusCode.valueOf(response.status()));
        return body.length == 0
                ? to.setComplete()
                : to.writeWith(Mono.just(to.bufferFactory().wrap(body)));
    }

    /** Waits a little for what is being answered: an action is to be in the audit with what came of it. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_CHANCE.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        console.close();
    }
}
