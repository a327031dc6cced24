package dev.reprise.client.okhttp;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.ResponseView;
import dev.reprise.client.spi.RetryCall;
import dev.reprise.client.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One call of OkHttp. */
final class OkHttpTransport implements Transport<Response> {
    private static final long REASON_BYTES = 16 * 1024;

    private final Interceptor.Chain chain;
    private volatile @Nullable CompletableFuture<Void> wait;
    /** Whether something of the attempt has gone out, to whatever address, be it that of a redirect. */
    private volatile boolean sent;

    OkHttpTransport(Interceptor.Chain chain) {
        this.chain = chain;
        chain.call().addEventListener(new EventListener() {
            @Override
            public void requestHeadersStart(Call call) {
                sent = true;
            }

            @Override
            public void canceled(Call call) {
                cancelWait();
            }
        });
    }

    @Override
    public Response send(RetryCall call, Duration limit) throws IOException {
        Request.Builder request = chain.request().newBuilder().url(call.uri().toString());
        call.fields().forEach(request::header);
        sent = false;
        int millis = Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE);
        return chain.withRetryOnConnectionFailure(false)
                .withConnectTimeout(shorter(chain.connectTimeoutMillis(), millis), TimeUnit.MILLISECONDS)
                .withReadTimeout(shorter(chain.readTimeoutMillis(), millis), TimeUnit.MILLISECONDS)
                .withWriteTimeout(shorter(chain.writeTimeoutMillis(), millis), TimeUnit.MILLISECONDS)
                .proceed(request.build());
    }

    /** Zero stands for no limit. */
    private static int shorter(int set, int millis) {
        return set == 0 ? millis : Math.min(set, millis);
    }

    /** A connection that is refused may be the one of a redirect's page, when the operation was executed (C8). */
    @Override
    public AttemptResult failure(IOException failure) {
        return sent ? new AttemptResult.NoAnswer(failure) : AttemptResult.of(failure);
    }

    @Override
    public NextStep decide(RetryCall call, Response answer) throws IOException {
        String reason =
                call.wantsReason(answer.code()) ? answer.peekBody(REASON_BYTES).string() : "";
        return call.answered(new Head(answer, reason));
    }

    /** OkHttp reads on for a tenth of a second to keep the connection, and no longer. */
    @Override
    public void discard(Response answer) {
        answer.close();
    }

    @Override
    public void waiting(CompletableFuture<Void> begun) {
        wait = begun;
        if (chain.call().isCanceled()) {
            cancelWait();
        }
    }

    private void cancelWait() {
        CompletableFuture<Void> current = wait;
        if (current != null) {
            current.cancel(false);
        }
    }

    private record Head(Response response, String beginning) implements ResponseView {
        @Override
        public OptionalInt divertedBy() {
            OptionalInt status = OptionalInt.empty();
            Response next = response;
            for (@Nullable Response earlier = next.priorResponse(); earlier != null; earlier = next.priorResponse()) {
                if (!earlier.request().method().equals(next.request().method())) {
                    status = OptionalInt.of(earlier.code());
                }
                next = earlier;
            }
            return status;
        }

        @Override
        public int status() {
            return response.code();
        }

        @Override
        public Optional<String> field(String name) {
            return Optional.ofNullable(response.header(name));
        }
    }
}
