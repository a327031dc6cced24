package dev.reprise.client.spring;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.ResponseView;
import dev.reprise.client.spi.RetryCall;
import dev.reprise.client.spi.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;

/** One call of Spring's clients. */
final class SpringTransport implements Transport<ClientHttpResponse> {
    private static final int DISCARDED_BYTES = 64 * 1024;

    private final HttpRequest request;
    private final byte[] body;
    private final ClientHttpRequestExecution execution;

    SpringTransport(HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
        this.request = request;
        this.body = body;
        this.execution = execution;
    }

    @Override
    public ClientHttpResponse send(RetryCall call, Duration limit) throws IOException {
        HttpRequest attempt = new HttpRequestWrapper(request) {
            private final HttpHeaders fields = HttpHeaders.copyOf(request.getHeaders());

            @Override
            public URI getURI() {
                return call.uri();
            }

            @Override
            public HttpHeaders getHeaders() {
                return fields;
            }
        };
        call.fields().forEach(attempt.getHeaders()::set);
        ClientHttpResponse answer = execution.execute(attempt, body);
        return call.wantsReason(answer.getStatusCode().value()) ? new PeekedResponse(answer) : answer;
    }

    @Override
    public NextStep decide(RetryCall call, ClientHttpResponse answer) throws IOException {
        String reason = answer instanceof PeekedResponse peeked ? peeked.beginning() : "";
        return call.answered(new Head(answer.getStatusCode().value(), answer.getHeaders(), reason));
    }

    @Override
    public void discard(ClientHttpResponse answer) throws IOException {
        try (answer) {
            answer.getBody().skipNBytes(DISCARDED_BYTES);
        } catch (EOFException e) {
            // All of it was read, and the connection can be used again.
        }
    }

    /**
     * Nothing is known not to have been sent: what failed in the end may have followed a redirect, or a retry of the client below, and it
     * does not tell (C8).
     */
    @Override
    public AttemptResult failure(IOException failure) {
        return new AttemptResult.NoAnswer(failure);
    }

    private record Head(int status, HttpHeaders headers, String beginning) implements ResponseView {
        @Override
        public Optional<String> field(String name) {
            return Optional.ofNullable(headers.getFirst(name));
        }
    }
}
