package dev.reprise.client.apache;

import dev.reprise.client.Retries;
import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.ResponseView;
import dev.reprise.client.spi.RetryCall;
import dev.reprise.client.spi.Transport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** One call of Apache's client. */
final class ApacheTransport implements Transport<ClassicHttpResponse> {
    private static final int REASON_BYTES = 16 * 1024;
    private static final int DISCARDED_BYTES = 64 * 1024;

    private final ClassicHttpRequest request;
    private final ExecChain.Scope scope;
    private final ExecChain chain;
    private final RequestConfig config;

    ApacheTransport(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) {
        this.request = request;
        this.scope = scope;
        this.chain = chain;
        this.config = scope.clientContext.getRequestConfigOrDefault();
    }

    @Override
    public ClassicHttpResponse send(RetryCall call, Duration limit) throws IOException, ExecutionException {
        ClassicHttpRequest keyed = ClassicRequestBuilder.copy(request).build();
        if (!call.uri().getRawSchemeSpecificPart().isEmpty() && call.uri().getRawQuery() != null) {
            keyed.setPath(call.uri().getRawPath() + "?" + call.uri().getRawQuery());
        }
        call.fields().forEach(keyed::setHeader);
        scope.clientContext.setRequestConfig(
                RequestConfig.copy(config).setResponseTimeout(shorter(limit)).build());
        scope.clientContext.setEndpointDetails(null);
        try {
            // A redirect is followed with a copy of the scope's request, which has to have the key, too (C1).
            return chain.proceed(
                    ClassicRequestBuilder.copy(keyed).build(),
                    new ExecChain.Scope(scope.exchangeId, scope.route, keyed, scope.execRuntime, scope.clientContext));
        } catch (HttpException e) {
            // The protocol is violated, which is no matter of the network.
            throw new ExecutionException(e);
        } finally {
            scope.clientContext.setRequestConfig(config);
        }
    }

    private Timeout shorter(Duration limit) {
        Timeout ours = Timeout.of(limit);
        @Nullable Timeout set = config.getResponseTimeout();
        return set == null || !set.isEnabled() || set.compareTo(ours) > 0 ? ours : set;
    }

    /** What is refused may have been sent before, if the client's own retries are on, or it has followed a redirect. */
    @Override
    public AttemptResult failure(IOException failure) {
        boolean connected = scope.clientContext.getEndpointDetails() != null;
        return connected ? new AttemptResult.NoAnswer(failure) : AttemptResult.of(failure);
    }

    @Override
    public NextStep decide(RetryCall call, ClassicHttpResponse answer) throws IOException {
        String reason = "";
        @Nullable HttpEntity entity = answer.getEntity();
        if (entity != null && call.wantsReason(answer.getCode())) {
            Peeked peeked = new Peeked(entity);
            answer.setEntity(peeked);
            reason = peeked.beginning();
        }
        return call.answered(new Head(answer, reason, wasDiverted()));
    }

    private boolean wasDiverted() {
        @Nullable HttpRequest sent = scope.clientContext.getRequest();
        return sent != null && !sent.getMethod().equalsIgnoreCase(request.getMethod());
    }

    /** Closing a response that is not read to its end closes the connection. */
    @Override
    public void discard(ClassicHttpResponse answer) throws IOException {
        try (answer) {
            if (answer.getEntity() != null) {
                InputStream body = answer.getEntity().getContent();
                if (body.readNBytes(DISCARDED_BYTES).length < DISCARDED_BYTES) {
                    body.close();
                }
            }
        }
    }

    /** Cancelling the request ends the wait (C9). */
    @Override
    public void waiting(CompletableFuture<Void> wait) {
        if (scope.originalRequest instanceof CancellableDependency cancellable) {
            cancellable.setDependency(() -> wait.cancel(false));
        }
        if (scope.execRuntime.isExecutionAborted()) {
            wait.cancel(false);
        }
    }

    /** The answer, whose body says how the call went if it breaks off (C8). */
    static ClassicHttpResponse reported(Retries.Sent<ClassicHttpResponse> sent) {
        ClassicHttpResponse answer = sent.answer();
        @Nullable HttpEntity entity = answer.getEntity();
        if (entity != null) {
            answer.setEntity(new HttpEntityWrapper(entity) {
                @Override
                public InputStream getContent() throws IOException {
                    return sent.body(super.getContent());
                }

                @Override
                public void writeTo(OutputStream out) throws IOException {
                    try (InputStream body = getContent()) {
                        body.transferTo(out);
                    }
                }
            });
        }
        return answer;
    }

    /** An entity whose beginning was looked at, and comes again to its reader. */
    private static final class Peeked extends HttpEntityWrapper {
        private final InputStream body;

        private Peeked(HttpEntity entity) throws IOException {
            super(entity);
            body = new BufferedInputStream(entity.getContent(), REASON_BYTES + 1);
        }

        private String beginning() throws IOException {
            body.mark(REASON_BYTES);
            String beginning = new String(body.readNBytes(REASON_BYTES), StandardCharsets.ISO_8859_1);
            body.reset();
            return beginning;
        }

        @Override
        public InputStream getContent() {
            return body;
        }
    }

    private record Head(ClassicHttpResponse response, String beginning, boolean diverted) implements ResponseView {
        /** The client does not tell which redirect it has followed, so it is taken for one that says nothing. */
        @Override
        public OptionalInt divertedBy() {
            return diverted ? OptionalInt.of(HttpStatus.SC_MULTIPLE_CHOICES) : OptionalInt.empty();
        }

        @Override
        public int status() {
            return response.getCode();
        }

        @Override
        public Optional<String> field(String name) {
            @Nullable Header field = response.getFirstHeader(name);
            return Optional.ofNullable(field).map(Header::getValue);
        }
    }
}
