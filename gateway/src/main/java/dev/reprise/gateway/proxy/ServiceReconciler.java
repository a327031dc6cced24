package dev.reprise.gateway.proxy;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Reconciler;
import dev.reprise.Response;
import dev.reprise.gateway.config.GatewayRoute;
import dev.reprise.gateway.config.Reconciling;
import dev.reprise.http.Effects;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the service of a route what became of an operation (S33). Thread-safe.
 *
 * <p>The service gets the key in the target, and the name of the caller in a field; no credential, since none is kept. What
 * its answer says is {@link #finding}.
 */
final class ServiceReconciler implements Reconciler {
    private static final int PARTIAL = 206;

    private final GatewayRoute route;
    private final Reconciling settings;
    private final Context context;
    private final Upstream upstream;
    private final UpstreamRoutes routes;
    private final MemoryBudget budget;
    private final ConcurrentHashMap<Question, MemoryShare> held = new ConcurrentHashMap<>();

    /** About one unknown outcome; a later one of the same operation may be asked about while the answer to this is on its way. */
    private record Question(OperationId id, FencingToken token) {
        private static Question about(OperationRecord operation) {
            return new Question(operation.id(), operation.token());
        }
    }

    /**
     * @param context the event loop on which the service is called
     * @param upstream of that event loop
     */
    ServiceReconciler(
            GatewayRoute route,
            Reconciling settings,
            Context context,
            Upstream upstream,
            UpstreamRoutes routes,
            MemoryBudget budget) {
        this.route = route;
        this.settings = settings;
        this.context = context;
        this.upstream = upstream;
        this.routes = routes;
        this.budget = budget;
    }

    @Override
    public Finding reconcile(OperationRecord operation, Duration unknownFor) throws InterruptedException {
        OperationId id = operation.id();
        Optional<String> target = settings.target().with(id.key(), route.route().reading());
        if (target.isEmpty()) {
            return new Finding.NotKnown(
                    "Its key makes a path that can be read in more than one way, so the service is not "
                            + "asked; put {key} into the query of reconcile");
        }
        MultiMap fields = MultiMap.caseInsensitiveMultiMap().set(HttpHeaders.ACCEPT_ENCODING, "identity");
        String field = settings.principalHeader();
        if (field != null) {
            Optional<String> name = Principals.nameIn(id.scope().principal());
            if (name.isEmpty()) {
                return new Finding.NotKnown("Its caller has no name that could be given to the service");
            }
            fields.set(field, name.get());
        }
        RequestOptions options = routes.options(route.upstream())
                .setConnectTimeout(settings.timeout().toMillis())
                .setMethod(HttpMethod.GET)
                .setURI(target.get())
                .setHeaders(fields);
        MemoryShare share = budget.exchange();
        held.put(Question.about(operation), share);
        return finding(ask(options, share), unknownFor);
    }

    @Override
    public void settled(OperationRecord operation) {
        MemoryShare share = held.remove(Question.about(operation));
        if (share != null) {
            share.giveBack();
        }
    }

    /** Waits for the answer, connecting included; one that comes too late is thrown away. */
    private UpstreamResult ask(RequestOptions options, MemoryShare share) throws InterruptedException {
        CompletableFuture<UpstreamResult> answer = new CompletableFuture<>();
        Upstream.Call call =
                new Upstream.Call(options, Body.EMPTY, route.route().maxResponseBody(), settings.timeout(), share);
        context.runOnContext(turn -> upstream.exchange(call).onSuccess(result -> {
            if (!answer.complete(result)) {
                discard(result);
            }
        }));
        UpstreamResult late = new UpstreamResult.Lost(
                504, "No answer within " + settings.timeout().toMillis() + " ms");
        try {
            return answer.completeOnTimeout(late, settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(FailureText.describe(e), e);
        } finally {
            answer.complete(late);
        }
    }

    private Finding finding(UpstreamResult result, Duration unknownFor) {
        return switch (result) {
            case UpstreamResult.NotReached(String reason) -> new Finding.NotKnown(reason);
            case UpstreamResult.Lost(int status, String reason) -> new Finding.NotKnown(reason);
            case UpstreamResult.Answered answered -> {
                context.runOnContext(turn -> discard(answered));
                yield finding(answered.response(), answered.rest(), unknownFor);
            }
        };
    }

    /** What each answer means; whatever is not sure is not known. */
    private Finding finding(Response response, UpstreamResult.@Nullable Rest rest, Duration unknownFor) {
        int status = response.status();
        if (Effects.isDeniedBy(response)) {
            return new Finding.DidNotHappen();
        }
        if (status == 404 || status == 410) {
            return unknownFor.compareTo(settings.grace()) >= 0
                    ? new Finding.DidNotHappen()
                    : new Finding.NotKnown("The service answered " + status + ", and it may still happen");
        }
        if (status / 100 != 2 || status == PARTIAL) {
            return new Finding.NotKnown("The service answered " + status);
        }
        return rest != null && rest.noRoom()
                ? new Finding.NotKnown("There was no memory left for the answer of the service")
                : new Finding.Happened(response);
    }

    /** On the event loop. */
    private static void discard(UpstreamResult result) {
        if (result instanceof UpstreamResult.Answered answered) {
            UpstreamResult.Rest rest = answered.rest();
            if (rest != null) {
                rest.discard();
            }
        }
    }
}
