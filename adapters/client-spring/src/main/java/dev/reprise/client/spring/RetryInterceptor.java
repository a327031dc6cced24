package dev.reprise.client.spring;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Gives the operations of a {@code RestClient} or {@code RestTemplate} an idempotency key and retries what fails. Add
 * it last, so that other interceptors run once. Thread-safe.
 *
 * <p>The request factory limits the time of one attempt, because an interceptor cannot set its timeouts; the policy's
 * deadline still limits the retries. Any body can be sent twice, because Spring has it in memory. An answer whose body
 * breaks off while it is read is not retried. With the JDK's client, {@code JdkClientHttpRequestFactory} over a {@link
 * dev.reprise.client.RetryingHttpClient} has only the last of these limits, for streamed bodies.
 */
public final class RetryInterceptor implements ClientHttpRequestInterceptor {
    private static final String REPORT = RetryReport.class.getName();

    private static final String TO = RetryReport.class.getName() + ".to";

    private final Retries retries;

    /**
     * An interceptor with these retries.
     *
     * @throws IllegalArgumentException if their policy has hedging, because attempts follow one another here
     */
    public RetryInterceptor(Retries retries) {
        this.retries = retries.requireNoHedging("RetryInterceptor of Spring");
    }

    /** The report of the call of this request, once it has ended; empty if it did not pass through this interceptor. */
    public static Optional<RetryReport> report(HttpRequest request) {
        return Optional.ofNullable((RetryReport) request.getAttributes().get(REPORT));
    }

    /**
     * Passes the report of a call to its caller as soon as the call has ended, for the {@code attributes} of {@code RestClient}
     * and {@code WebClient}: exceptions of {@code retrieve} about a status, or about a body that it cannot convert, have no
     * report (C8).
     */
    public static Consumer<Map<String, Object>> reportTo(Consumer<RetryReport> caller) {
        return attributes -> attributes.put(TO, new Recipient(caller));
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        try {
            var sent = retries.send(outgoing(request), new SpringTransport(request, body, execution));
            report(request, sent.report());
            return new ReportedResponse(sent);
        } catch (IOException | Error e) {
            RetryReport.of(e).ifPresent(report -> report(request, report));
            throw e;
        } catch (InterruptedException e) {
            RetryReport.of(e).ifPresent(report -> report(request, report));
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted in an attempt or between two");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static void report(HttpRequest request, RetryReport report) {
        request.getAttributes().put(REPORT, report);
        report(request.getAttributes(), report);
    }

    /** Passes the report to whom the attributes of the request name. */
    static void report(Map<String, Object> attributes, RetryReport report) {
        if (attributes.get(TO) instanceof Recipient recipient) {
            recipient.to.accept(report);
        }
    }

    private record Recipient(Consumer<RetryReport> to) {}

    private static RetryableRequest outgoing(HttpRequest request) {
        return new RetryableRequest(
                request.getMethod().name(),
                request.getURI(),
                name -> Optional.ofNullable(request.getHeaders().getFirst(name)),
                true);
    }
}
