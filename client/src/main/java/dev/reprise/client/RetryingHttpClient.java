package dev.reprise.client;

import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An {@link HttpClient} that gives operations an idempotency key and retries what fails, as its {@link Retries} decide
 * (C1-C10). It leaves everything else to the client inside it, which it owns from then on.
 *
 * <p>Thread-safe. Responses and failures carry a {@link RetryReport}. A call that ends without an answer, or with one
 * that its handler cannot read, throws {@link CallFailedException}, an {@link IOException}; an interrupt or a
 * cancellation has one among its suppressed exceptions. A key that the request already has is kept, so a process can
 * continue an operation that it began before a restart.
 *
 * <p>Notes:
 *
 * <ul>
 *   <li>A body that can be published only once is never sent twice. {@link RepeatableBody} says what is repeatable.
 *   <li>The caller's handler sees only the last answer. If its body breaks off, the handler is applied again, to the
 *       whole answer of the next attempt, so a handler that passes bytes on as they come must start over in {@code
 *       apply}. A body that is read after {@code send} has returned, as with {@code ofInputStream}, is not retried.
 *   <li>A request's own timeout applies to each attempt, if it is shorter than the policy's. Unlike the JDK's, it
 *       includes the body.
 *   <li>Closing it in any way ends all waits between attempts at once: those calls fail, and report what is certain.
 *   <li>With {@link RetryPolicy#withHedging hedging}, {@code send} calls {@code sendAsync} and waits: attempts end on
 *       threads of the client, and an interrupt cancels them. The handler is applied to the winning answer.
 *   <li>It follows no redirects. If the client inside it does, the report speaks of the operation, not of the page
 *       that was fetched instead.
 *   <li>Server pushes go to the caller's handler untouched, and web sockets to the client inside.
 * </ul>
 */
public final class RetryingHttpClient extends HttpClient {
    private final HttpClient client;
    private final Retries retries;
    private final PlainClient plain;

    private RetryingHttpClient(HttpClient client, Retries retries) {
        this.client = client;
        this.plain = PlainClient.of(client, retries);
        this.retries = retries;
    }

    /** A client with {@link Retries#considerate} retries. */
    public static RetryingHttpClient of(HttpClient client) {
        return of(client, Retries.considerate());
    }

    /** A client with these retries. */
    public static RetryingHttpClient of(HttpClient client, Retries retries) {
        return new RetryingHttpClient(client, retries);
    }

    /**
     * {@inheritDoc}
     *
     * @throws CallFailedException if the call ends without an answer
     * @throws IllegalArgumentException if the request has a malformed idempotency key
     */
    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return send(request, null, handler);
    }

    /**
     * Continues an operation that was begun earlier: with its key, within what is left of the server's retention, and
     * counting the earlier attempts as possibly executed.
     *
     * @throws CallFailedException if the call ends without an answer
     */
    public <T> HttpResponse<T> resume(HttpRequest request, ResumedOperation begun, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return send(request, begun, handler);
    }

    private <T> HttpResponse<T> send(HttpRequest request, @Nullable ResumedOperation begun, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        if (retries.policy().hedgeAfter() != null) {
            return async(request, begun, handler, null).start().await();
        }
        var sent = retries.send(retryable(request, begun), new BlockingTransport<>(plain, request, handler));
        return new RetriedResponse<>(sent.answer(), sent.report());
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return async(request, null, handler, null).start();
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
        return async(request, null, handler, pushes).start();
    }

    private <T> AsyncCall<T> async(
            HttpRequest request,
            @Nullable ResumedOperation begun,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes) {
        return new AsyncCall<>(plain, request, retryable(request, begun), handler, pushes);
    }

    private static RetryableRequest retryable(HttpRequest request, @Nullable ResumedOperation begun) {
        return new RetryableRequest(
                request.method(),
                request.uri(),
                name -> HttpAnswer.first(request.headers(), name),
                request.bodyPublisher().map(RepeatableBody::isRepeatable).orElse(true),
                begun);
    }

    @Override
    public void shutdown() {
        plain.waits().close();
        client.shutdown();
    }

    @Override
    public void shutdownNow() {
        plain.waits().close();
        client.shutdownNow();
    }

    @Override
    public void close() {
        plain.waits().close();
        client.close();
    }

    @Override
    public boolean isTerminated() {
        return client.isTerminated();
    }

    @Override
    public boolean awaitTermination(Duration duration) throws InterruptedException {
        return client.awaitTermination(duration);
    }

    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return client.newWebSocketBuilder();
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }
}
