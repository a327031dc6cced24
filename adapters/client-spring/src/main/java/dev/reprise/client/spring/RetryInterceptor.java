package dev.reprise.client.spring;

import dev.reprise.client.Outgoing;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Gives the operations of a {@code RestClient} or {@code RestTemplate} an idempotency key and retries what fails. Add it
 * last, so that what other interceptors do is done once. Thread-safe.
 *
 * <p>How long one attempt may take is up to the request factory, whose timeouts an interceptor cannot set; the policy's
 * deadline still bounds the retries. Any body can be sent twice, as Spring has it in memory. An answer whose body breaks off
 * while it is read is not retried. With the JDK's client, {@code JdkClientHttpRequestFactory} over a {@link
 * dev.reprise.client.RetryingHttpClient} knows none of these limits but that of bodies that are streamed.
 */
public final class RetryInterceptor implements ClientHttpRequestInterceptor {
    private static final String REPORT = RetryReport.class.getName();

    private final Retries retries;

    /**
     * An interceptor with these retries.
     *
     * @throws IllegalArgumentException if their policy has hedging, as attempts follow one another here
     */
    public RetryInterceptor(Retries retries) {
        this.retries = retries.requireNoHedging("RetryInterceptor of Spring");
    }

    /** The report of the call of this request, once it is answered; empty if it did not pass through this interceptor. */
    public static Optional<RetryReport> report(HttpRequest request) {
        return Optional.ofNullable((RetryReport) request.getAttributes().get(REPORT));
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        try {
            var sent = retries.send(outgoing(request), new SpringTransport(request, body, execution));
            request.getAttributes().put(REPORT, sent.report());
            return sent.answer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted between two attempts");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static Outgoing outgoing(HttpRequest request) {
        return new Outgoing(
                request.getMethod().name(),
                request.getURI(),
                name -> Optional.ofNullable(request.getHeaders().getFirst(name)),
                true);
    }
}
