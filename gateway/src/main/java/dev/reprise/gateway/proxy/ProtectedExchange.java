package dev.reprise.gateway.proxy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.gateway.config.GatewayRoute;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.ReplayBody;
import dev.reprise.http.HttpExecution;
import dev.reprise.http.Next;
import dev.reprise.http.ProblemDetails;
import dev.reprise.http.ProblemType;
import dev.reprise.http.ProtectedRequest;
import dev.reprise.http.ReplayRules;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One request with a key, from its head to its answer.
 *
 * <p>It takes the steps of {@link dev.reprise.http.HttpIdempotency} one after the other on the event loop of its caller, where
 * none of them blocks: the store tells when it is done. From the claim on, nothing depends on the caller still being there (S19,
 * S20).
 */
final class ProtectedExchange {
    private static final System.Logger LOG = System.getLogger(ProtectedExchange.class.getName());
    /** What is read and thrown away of a body that is refused, so that the caller gets to read the refusal. */
    private static final long LONGEST_REFUSED = 64L << 20;
    /** The fingerprint of a longer body, or of one that has to be unpacked, would keep other callers of the event loop waiting. */
    private static final int LONGEST_HASHED_HERE = 16 << 10;

    private final ProxyServices services;
    private final Context context;
    private final ClientRequest client;
    private final Caller caller;
    private final HttpServerRequest request;
    private final ProtectedRequest protectedRequest;
    private final GatewayRoute route;
    private final MemoryShare share;
    private final Promise<UpstreamResult> answered = Promise.promise();
    private UpstreamResult.@Nullable Rest rest;
    private boolean stopped;
    private boolean executing;

    ProtectedExchange(
            ProxyServices services,
            Context context,
            Caller caller,
            ClientRequest client,
            ProtectedRequest protectedRequest) {
        this.services = services;
        this.context = context;
        this.client = client;
        this.caller = caller;
        this.request = caller.request();
        this.protectedRequest = protectedRequest;
        this.route = services.routes().of(protectedRequest.route());
        this.share = caller.share();
    }

    /** Starts reading the body. On the event loop, in the turn in which the request came. */
    void start() {
        int limit = protectedRequest.route().maxRequestBody();
        long declared = declaredLength();
        if (declared > limit) {
            refuse(protectedRequest.tooLarge());
            return;
        }
        HeldBody body = new HeldBody(share, limit, declared);
        // A body that is cut short ends the exchange, of which nothing is recorded (S20).
        request.exceptionHandler(failure -> {
            if (Unreadable.is(failure)) {
                refuse(protectedRequest.refuse(Unreadable.body()));
            } else {
                caller.gone();
            }
        });
        request.endHandler(end -> read(body));
        request.handler(chunk -> {
            caller.hasSent(chunk.length());
            switch (body.add(chunk)) {
                case HELD -> {}
                case TOO_LONG -> refuse(protectedRequest.tooLarge());
                case NO_ROOM -> refuse(noRoom());
            }
        });
        caller.invite();
        caller.isToSend(() -> refuse(protectedRequest.refuse(ProblemType.REQUEST_TIMEOUT.refusal(
                "The request did not come fast enough, so nothing was executed. Send it again with the same key."))));
    }

    private void read(HeldBody body) {
        caller.mayWait();
        byte[] whole = body.whole();
        if (whole == null) {
            refuse(noRoom());
        } else {
            answer(whole);
        }
    }

    private Response noRoom() {
        return protectedRequest.refuse(ProblemType.STORE_UNAVAILABLE
                .refusal("The gateway holds as much as it can, so nothing was executed. "
                        + "Ask again later with the same key.")
                .withRetryAfter(Duration.ofSeconds(1)));
    }

    private long declaredLength() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void refuse(Response response) {
        caller.mayWait();
        long[] discarded = {0};
        request.endHandler(null);
        request.handler(chunk -> {
            discarded[0] += chunk.length();
            if (discarded[0] > LONGEST_REFUSED) {
                request.connection().close();
            }
        });
        ResponseWriter.write(caller, response, null);
    }

    private void answer(byte[] body) {
        share.openReserve();
        caller.keep();
        services.exchanges().begin(this);
        Future<Response> decided;
        try {
            decided = decide(body);
        } catch (RuntimeException | Error e) {
            decided = Future.failedFuture(e);
        }
        decided.onComplete(outcome -> {
            services.exchanges().end(this);
            try {
                ResponseWriter.write(caller, outcome.succeeded() ? outcome.result() : failed(outcome.cause()), rest);
            } finally {
                caller.letGo();
            }
        });
    }

    /** The gateway has no more time. What the service has not answered by now counts as lost. */
    void stop() {
        stopped = true;
        answered.tryComplete(new UpstreamResult.Lost(503, "The gateway stopped before the service answered"));
    }

    private Response stopping() {
        return protectedRequest.refuse(ProblemType.STORE_UNAVAILABLE
                .refusal("The gateway is stopping, so nothing was executed. Ask again with the same key.")
                .withRetryAfter(Duration.ofSeconds(1)));
    }

    /** Everything between the body and the answer. */
    private Future<Response> decide(byte[] body) {
        AuthorizationCheck check = services.authorization();
        return check == null
                ? begin(body)
                : check.check(request, client.target(), share).compose(verdict -> switch (verdict) {
                    case AuthorizationCheck.Verdict.Refused(Response response) ->
                        Future.succeededFuture(protectedRequest.own(response));
                    case AuthorizationCheck.Verdict.Unavailable(ProblemDetails refusal) ->
                        Future.succeededFuture(protectedRequest.refuse(refusal));
                    case AuthorizationCheck.Verdict.Allowed allowed -> {
                        String principal = allowed.principal();
                        if (principal != null) {
                            client.authorizedAs(principal);
                        }
                        yield begin(body);
                    }
                });
    }

    private Future<Response> begin(byte[] body) {
        if (stopped) {
            return Future.succeededFuture(stopping());
        }
        return here(begun(body).thenApply(this::counted)).compose(next -> switch (next) {
            case Next.Respond(Response response) -> rebuilt(response);
            case Next.Run(HttpExecution execution) -> run(execution, body);
            case Next.PassThrough ignored -> throw new AssertionError("A request that began passes through");
            case Next.ReadBody ignored -> throw new AssertionError("A request that began is read again");
        });
    }

    /** Before it waits for its turn on the event loop, so that what waits there is counted. */
    private Next counted(Next next) {
        return next instanceof Next.Respond(Response response)
                        && !share.takeArray(response.body().length())
                ? new Next.Respond(noRoom())
                : next;
    }

    private CompletionStage<Next> begun(byte[] body) {
        return body.length <= LONGEST_HASHED_HERE && !request.headers().contains(HttpHeaders.CONTENT_ENCODING)
                ? protectedRequest.beginAsync(body)
                : CompletableFuture.supplyAsync(() -> protectedRequest.beginAsync(body), services.threads())
                        .thenCompose(next -> next);
    }

    private Response failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedExecutionException && !executing) {
            return stopping();
        }
        FailureText.escalate(cause);
        LOG.log(Level.ERROR, "A protected request failed inside the gateway", cause);
        return protectedRequest.refuse(ProblemType.STORE_UNAVAILABLE
                .refusal("The gateway failed. Ask again with the same key: it tells whether the operation happened.")
                .withStatus(500));
    }

    private Future<Response> run(HttpExecution execution, byte[] body) {
        if (stopped) {
            return here(execution.notReachedAsync(stopping()));
        }
        executing = true;
        try {
            call(body).onSuccess(this::answered);
        } catch (RuntimeException | Error e) {
            return here(execution.lostAsync(502, "The gateway failed: " + FailureText.describe(e)))
                    .compose(lost -> Future.failedFuture(e));
        }
        return answered.future().compose(result -> switch (result) {
            case UpstreamResult.NotReached(String reason) -> {
                LOG.log(Level.WARNING, "{0} was not reached: {1}", route.upstream(), reason);
                yield here(execution.notReachedAsync(protectedRequest.refuse(ProblemType.UPSTREAM_UNAVAILABLE.refusal(
                        "The service was not reached, so nothing was executed. Ask again later with the same key."))));
            }
            case UpstreamResult.Lost(int status, String reason) -> {
                LOG.log(Level.WARNING, "{0} was lost: {1}", route.upstream(), reason);
                yield here(execution.lostAsync(status, reason));
            }
            case UpstreamResult.Answered whole -> finish(execution, whole);
        });
    }

    private void answered(UpstreamResult result) {
        if (!answered.tryComplete(result) && result instanceof UpstreamResult.Answered late && late.rest() != null) {
            late.rest().discard();
        }
    }

    private Future<UpstreamResult> call(byte[] body) {
        RequestOptions options;
        try {
            options = options();
        } catch (RuntimeException e) {
            return Future.succeededFuture(new UpstreamResult.NotReached(FailureText.describe(e)));
        }
        return services.upstream()
                .exchange(new Upstream.Call(
                        options, Body.of(body), protectedRequest.route().maxResponseBody(), route.timeout(), share));
    }

    /**
     * Records the answer, and then lets it out. A kill before the record is durable leaves the operation abandoned: the service
     * may have done it, so a retry finds its outcome unknown. A kill afterwards loses only the answer, and a retry gets it (S19).
     */
    private Future<Response> finish(HttpExecution execution, UpstreamResult.Answered whole) {
        UpstreamResult.Rest unsent = whole.rest();
        return here(execution.answeredAsync(whole.response())).onComplete(recorded -> {
            if (unsent != null
                    && recorded.succeeded()
                    && recorded.result().body().isOmitted()) {
                rest = unsent;
            } else if (unsent != null) {
                unsent.discard();
            }
        });
    }

    /** A replay with the body that its record does not have, where the route says that it comes from the service. */
    private Future<Response> rebuilt(Response replay) {
        Optional<String> target = route.replayBody() == ReplayBody.LOCATION
                ? RebuiltBody.target(replay, client.path(), client.host())
                : Optional.empty();
        return target.isEmpty()
                ? Future.succeededFuture(replay)
                : services.upstream()
                        .exchange(new Upstream.Call(
                                options(HttpMethod.GET, target.get(), ProtectedExchange::belongsToContent),
                                Body.EMPTY,
                                RebuiltBody.LONGEST,
                                route.timeout(),
                                share))
                        .map(found -> RebuiltBody.in(replay, found));
    }

    private static boolean belongsToContent(String name) {
        return name.regionMatches(true, 0, "Content-", 0, "Content-".length())
                || name.regionMatches(true, 0, "If-", 0, 3);
    }

    private RequestOptions options() {
        return options(request.method(), client.target().sentOn(), name -> false);
    }

    private RequestOptions options(HttpMethod method, String target, Predicate<String> leftOut) {
        Headers headers = ReplayRules.endToEnd(VertxFields.toCore(request.headers()))
                .filter((name, value) -> !isRecomputed(name) && !leftOut.test(name));
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        VertxFields.add(headers, fields);
        // Records hold bodies as they are, for callers that accept no encoding (S18).
        fields.set(HttpHeaders.ACCEPT_ENCODING, "identity");
        services.forwarded().apply(request, fields);
        Origin origin = route.upstream();
        return services.routes()
                .options(origin)
                .setMethod(method)
                .setURI(target)
                .setHeaders(fields);
    }

    private static boolean isRecomputed(String name) {
        return name.equalsIgnoreCase("Host")
                || name.equalsIgnoreCase("Content-Length")
                || name.equalsIgnoreCase("Expect");
    }

    /** What comes next, on the event loop again. */
    private <T> Future<T> here(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }
}
