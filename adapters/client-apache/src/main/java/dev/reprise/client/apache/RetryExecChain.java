package dev.reprise.client.apache;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Gives the operations of an Apache HttpClient 5 an idempotency key and retries what fails. Add it with {@code
 * addExecInterceptorFirst}, and turn off the client's own retries with {@code disableAutomaticRetries}, so that attempts are
 * counted. Thread-safe.
 *
 * <p>An entity that is not {@code isRepeatable} is not sent twice. The policy's time limit of an attempt applies to
 * each read. If an answer's body breaks off while the caller reads it, the call is not retried, and the exception has
 * the report. Cancelling the request ends a wait at once. On any failure, the report is in the context and with the
 * exception.
 */
public final class RetryExecChain implements ExecChainHandler {
    private static final String REPORT = RetryReport.class.getName();

    private final Retries retries;

    /**
     * A handler with these retries.
     *
     * @throws IllegalArgumentException if their policy has hedging, because attempts follow one another here
     */
    public RetryExecChain(Retries retries) {
        this.retries = retries.requireNoHedging("RetryExecChain of Apache");
    }

    /** The report of the last call in this context; empty if it did not pass through this handler. */
    public static Optional<RetryReport> report(HttpContext context) {
        return Optional.ofNullable((RetryReport) context.getAttribute(REPORT));
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, ProtocolException {
        scope.clientContext.removeAttribute(REPORT);
        try {
            var sent = retries.send(outgoing(request), new ApacheTransport(request, scope, chain));
            scope.clientContext.setAttribute(REPORT, sent.report());
            return ApacheTransport.reported(sent);
        } catch (IOException | Error e) {
            RetryReport.of(e).ifPresent(report -> scope.clientContext.setAttribute(REPORT, report));
            throw e;
        } catch (InterruptedException e) {
            RetryReport.of(e).ifPresent(report -> scope.clientContext.setAttribute(REPORT, report));
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted in an attempt or between two");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static RetryableRequest outgoing(ClassicHttpRequest request) throws ProtocolException {
        URI uri;
        try {
            uri = request.getUri();
        } catch (URISyntaxException e) {
            throw new ProtocolException("The request has no valid URI", e);
        }
        return new RetryableRequest(
                request.getMethod(),
                uri,
                name -> {
                    @Nullable Header field = request.getFirstHeader(name);
                    return Optional.ofNullable(field).map(Header::getValue);
                },
                request.getEntity() == null || request.getEntity().isRepeatable());
    }
}
