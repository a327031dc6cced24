package dev.reprise.client;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.NextStep.Again;
import dev.reprise.client.spi.NextStep.Done;
import dev.reprise.client.spi.ResponseView;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of the JDK's client. It decides when the head has come, before the caller's handler sees anything: an answer
 * that is followed by another attempt is discarded and only the last one is handed over.
 */
final class HttpAttempt<T> implements BodyHandler<T> {
    private final RunningCall call;
    private final Function<ResponseView, Optional<NextStep>> decision;
    private final BodyHandler<T> handler;
    private final HttpRequest request;
    private final Duration limit;
    private final long begun = System.nanoTime();
    private final BodyWatch watch;
    private final boolean direct;
    private volatile @Nullable BlockedCaller caller;
    private volatile @Nullable NextStep next;
    private volatile @Nullable LimitedBody<T> body;
    /** Whether the caller's code is being asked who gets the body, and has not answered. */
    private volatile boolean inHandler;

    /** An attempt with which its call goes by the decision: what follows from the answer, or empty if that does not count. */
    HttpAttempt(
            RunningCall call,
            Duration allowed,
            HttpRequest original,
            BodyHandler<T> handler,
            PlainClient client,
            Function<ResponseView, Optional<NextStep>> decision) {
        this.call = call;
        this.decision = decision;
        this.handler = handler;
        this.watch = client.watch();
        this.direct = client.isDirect(original.method());
        this.limit =
                original.timeout().filter(own -> own.compareTo(allowed) < 0).orElse(allowed);
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(original, (name, value) -> true).timeout(limit);
        if (!call.uri().equals(original.uri())) {
            builder.uri(call.uri());
        }
        if (!call.request().repeatable()) {
            original.bodyPublisher().ifPresent(body -> builder.method(original.method(), new OnceBody(body)));
        }
        call.fields().forEach(builder::setHeader);
        this.request = builder.build();
    }

    HttpRequest request() {
        return request;
    }

    /** What follows from the answer, which is there. */
    NextStep nextStep(HttpResponse<?> answer) {
        if (next == null) {
            throw new IllegalStateException(
                    "The client returned a response without having asked for its body's handler");
        }
        return direct ? next : call.confirmed(next, HttpAnswer.divertedBy(answer));
    }

    /** Sends it and waits for the answer, on the current thread. */
    HttpResponse<T> send(HttpClient client) throws IOException, InterruptedException {
        BlockedCaller blocked = new BlockedCaller(limit, begun);
        caller = blocked;
        try {
            return client.send(request, this);
        } catch (InterruptedException e) {
            if (blocked.wasInterrupted()) {
                throw LimitedBody.stalled(limit);
            }
            throw e;
        } finally {
            blocked.returned();
            watch.remove(blocked);
        }
    }

    /** Whether what failed was not the exchange but the caller's rule, handler or subscriber, which fail again. */
    boolean failedInHandler() {
        LimitedBody<T> given = body;
        return inHandler || (given != null && given.failedInReader());
    }

    /** What its failure says. Behind a redirect that was followed, it is not the operation that never reached its server (C8). */
    AttemptResult result(IOException failure) {
        AttemptResult result = AttemptResult.of(failure);
        return direct || !(result instanceof AttemptResult.NotSent) ? result : new AttemptResult.NoAnswer(failure);
    }

    @Override
    public BodySubscriber<T> apply(ResponseInfo info) {
        inHandler = true;
        BodySubscriber<T> subscriber = limited(info);
        inHandler = false;
        return subscriber;
    }

    private BodySubscriber<T> limited(ResponseInfo info) {
        BodySubscriber<T> subscriber = call.wantsReason(info.statusCode())
                ? new PeekedBody<>(beginning -> choose(info, beginning))
                : choose(info, "");
        BlockedCaller blocked = caller;
        if (blocked != null && BlockedCaller.canRead(subscriber)) {
            watch.add(blocked);
            return subscriber;
        }
        LimitedBody<T> limited = new LimitedBody<>(subscriber, limit, begun, watch);
        body = limited;
        return limited;
    }

    private BodySubscriber<T> choose(ResponseInfo info, String beginning) {
        Optional<NextStep> decided = decision.apply(new HttpAnswer(info, beginning, direct));
        if (decided.isEmpty()) {
            return new DiscardedBody<>();
        }
        next = decided.get();
        return switch (decided.get()) {
            case Again again -> new DiscardedBody<>();
            case Done done ->
                Objects.requireNonNull(handler.apply(info), "The handler of the body has given no subscriber");
        };
    }
}
