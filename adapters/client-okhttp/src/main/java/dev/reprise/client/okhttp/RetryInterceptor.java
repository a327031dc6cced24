package dev.reprise.client.okhttp;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Gives the operations of an {@code OkHttpClient} an idempotency key and retries what fails. Add it with {@code
 * addInterceptor}, so that it sees whole calls. Thread-safe.
 *
 * <p>For calls that pass through it, OkHttp's own retries are off, so that all attempts are counted. One cannot be
 * turned off: after a 503 with {@code Retry-After: 0}, OkHttp repeats the request once, with the same key. A body that
 * is {@code isOneShot} or {@code isDuplex} is not sent twice. The policy's time limit of an attempt applies to
 * connecting and to each read and write; cancelling the call ends a wait at once. If an answer's body breaks off while
 * the caller reads it, the call is not retried, and the exception has the report.
 */
public final class RetryInterceptor implements Interceptor {
    private final Retries retries;

    /**
     * An interceptor with these retries.
     *
     * @throws IllegalArgumentException if their policy has hedging, because attempts follow one another here
     */
    public RetryInterceptor(Retries retries) {
        this.retries = retries.requireNoHedging("RetryInterceptor of OkHttp");
    }

    /** The report of the call that this response ends; empty for one of a client without this interceptor. */
    public static Optional<RetryReport> report(Response response) {
        return Optional.ofNullable(response.request().tag(RetryReport.class));
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        try {
            var sent = retries.send(outgoing(chain.request()), new OkHttpTransport(chain));
            Request reported = sent.answer()
                    .request()
                    .newBuilder()
                    .tag(RetryReport.class, sent.report())
                    .build();
            return sent.answer()
                    .newBuilder()
                    .request(reported)
                    .body(new ReportedBody(sent))
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted in an attempt or between two");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static RetryableRequest outgoing(Request request) {
        @Nullable RequestBody body = request.body();
        return new RetryableRequest(
                request.method(),
                request.url().uri(),
                name -> Optional.ofNullable(request.header(name)),
                body == null || !(body.isOneShot() || body.isDuplex()));
    }
}
