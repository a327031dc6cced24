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
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request with a key, from its head to its answer.
 *
 * <p>The body is read on the event loop; then a virtual thread takes the steps of {@link dev.reprise.http.HttpIdempotency}
 * one after the other, blocking where they block, and goes back to the event loop for whatever touches a connection.
 * From the claim on, nothing depends on the caller still being there (S19, S20).
 */
final class ProtectedExchange {
    private static final System.Logger LOG = System.getLogger(ProtectedExchange.class.getName());
    /** What is read and thrown away of a body that is refused, so that the caller gets to read the refusal. */
    private static final long LONGEST_REFUSED = 64L << 20;

    private final ProxyServices services;
    private final Context context;
    private final ClientRequest client;
    private final Caller caller;
    private final HttpServerRequest request;
    private final ProtectedRequest protectedRequest;
    private final GatewayRoute route;
    private final MemoryShare share;
    private UpstreamResult.@Nullable Rest rest;

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
        try {
            services.threads().execute(() -> {
                Response response = decide(body);
                context.runOnContext(turn -> {
                    ResponseWriter.write(caller, response, rest);
                    caller.letGo();
                });
            });
        } catch (RejectedExecutionException e) {
            ResponseWriter.write(caller, stopping(), null);
            caller.letGo();
        }
    }

    private Response stopping() {
        return protectedRequest.refuse(ProblemType.STORE_UNAVAILABLE
                .refusal("The gateway is stopping, so nothing was executed. Ask again with the same key.")
                .withRetryAfter(Duration.ofSeconds(1)));
    }

    /** Everything between the body and the answer. On a virtual thread. */
    private Response decide(byte[] body) {
        try {
            Optional<Response> refusal = authorize();
            if (refusal.isPresent()) {
                return refusal.get();
            }
            return switch (protectedRequest.begin(body)) {
                case Next.Respond(Response response) ->
                    share.takeArray(response.body().length()) ? rebuilt(response) : noRoom();
                case Next.Run(HttpExecution execution) -> run(execution, body);
                case Next.PassThrough ignored -> throw new AssertionError("A request that began passes through");
                case Next.ReadBody ignored -> throw new AssertionError("A request that began is read again");
            };
        } catch (InterruptedException e) {
            return stopping();
        } catch (RuntimeException | Error e) {
            FailureText.escalate(e);
            LOG.log(Level.ERROR, "A protected request failed inside the gateway", e);
            return protectedRequest.refuse(ProblemType.STORE_UNAVAILABLE
                    .refusal(
                            "The gateway failed. Ask again with the same key: it tells whether the operation happened.")
                    .withStatus(500));
        }
    }

    private Optional<Response> authorize() throws InterruptedException {
        AuthorizationCheck check = services.authorization();
        if (check == null) {
            return Optional.empty();
        }
        return switch (await(() -> check.check(request, client.target(), share))) {
            case AuthorizationCheck.Verdict.Refused(Response response) -> Optional.of(protectedRequest.own(response));
            case AuthorizationCheck.Verdict.Unavailable(ProblemDetails refusal) ->
                Optional.of(protectedRequest.refuse(refusal));
            case AuthorizationCheck.Verdict.Allowed allowed -> {
                String principal = allowed.principal();
                if (principal != null) {
                    client.authorizedAs(principal);
                }
                yield Optional.empty();
            }
        };
    }

    private Response run(HttpExecution execution, byte[] body) {
        UpstreamResult result;
        try {
            result = await(() -> call(body));
        } catch (InterruptedException e) {
            result = new UpstreamResult.Lost(503, "The gateway stopped before the service answered");
        } catch (RuntimeException | Error e) {
            execution.lost(502, "The gateway failed: " + FailureText.describe(e));
            throw e;
        }
        return switch (result) {
            case UpstreamResult.NotReached(String reason) -> {
                LOG.log(Level.WARNING, "{0} was not reached: {1}", route.upstream(), reason);
                yield execution.notReached(protectedRequest.refuse(ProblemType.UPSTREAM_UNAVAILABLE.refusal(
                        "The service was not reached, so nothing was executed. Ask again later with the same key.")));
            }
            case UpstreamResult.Lost(int status, String reason) -> {
                LOG.log(Level.WARNING, "{0} was lost: {1}", route.upstream(), reason);
                yield execution.lost(status, reason);
            }
            case UpstreamResult.Answered answered -> finish(execution, answered);
        };
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
    private Response finish(HttpExecution execution, UpstreamResult.Answered answered) {
        UpstreamResult.Rest unsent = answered.rest();
        Response response = execution.answered(answered.response());
        if (unsent != null && response.body().isOmitted()) {
            rest = unsent;
        } else if (unsent != null) {
            context.runOnContext(turn -> unsent.discard());
        }
        return response;
    }

    /** A replay with the body that its record does not have, where the route says that it comes from the service. */
    private Response rebuilt(Response replay) throws InterruptedException {
        Optional<String> target = route.replayBody() == ReplayBody.LOCATION
                ? RebuiltBody.target(replay, client.path(), client.host())
                : Optional.empty();
        return target.isEmpty()
                ? replay
                : RebuiltBody.in(
                        replay,
                        await(() -> services.upstream()
                                .exchange(new Upstream.Call(
                                        options(HttpMethod.GET, target.get(), ProtectedExchange::belongsToContent),
                                        Body.EMPTY,
                                        RebuiltBody.LONGEST,
                                        route.timeout(),
                                        share))));
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

    /** Does something on the event loop and waits for its end. */
    private <T> T await(Supplier<Future<T>> work) throws InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        context.runOnContext(turn -> {
            try {
                work.get().onSuccess(result::complete).onFailure(result::completeExceptionally);
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(FailureText.describe(e), e);
        }
    }
}
