package dev.reprise.spring.boot;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Reconciler;
import dev.reprise.http.Profile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Whom operators have asked what happened to an unknown operation: the reconcilers of all endpoints and methods of the application,
 * found by the name that its key is scoped by (S33). Thread-safe.
 */
final class KnownReconcilers implements Reconciler.OnDemand {
    private final Map<String, List<Known>> named = new ConcurrentHashMap<>();

    /**
     * One of those with a name.
     *
     * @param treatment what is the same for all of them, or nobody is asked
     */
    private record Known(Treatment treatment, Reconciler.OnDemand asked) {}

    /** @param profile how answers are recorded; null for results of methods */
    private record Treatment(
            OperationPolicy policy, @Nullable Profile profile) {}

    /** @param asked the one that asks about operations of the endpoint */
    void know(Endpoint endpoint, Reconciler.OnDemand asked) {
        know(
                endpoint.route().name(),
                new Known(
                        new Treatment(
                                endpoint.route().policy(), endpoint.route().profile()),
                        asked));
    }

    /** A method that no request reaches. */
    void know(String name, OperationPolicy policy, IdempotencyEngine engine) {
        know(name, new Known(new Treatment(policy, null), engine.reconciling(ignored -> Optional.of(policy))));
    }

    private void know(String name, Known known) {
        named.computeIfAbsent(name, ignored -> new CopyOnWriteArrayList<>()).add(known);
    }

    @Override
    public boolean covers(OperationId id) {
        return of(id).covers(id);
    }

    @Override
    public Reconciler.Attempt reconcile(OperationId id, FencingToken seen) {
        return of(id).reconcile(id, seen);
    }

    /** Of two endpoints that are not the same in this, the wrong one would say that it did not happen. */
    private Reconciler.OnDemand of(OperationId id) {
        List<Known> known = named.getOrDefault(id.scope().endpoint(), List.of());
        return known.stream().map(Known::treatment).distinct().count() == 1
                ? known.getFirst().asked()
                : Reconciler.OnDemand.none();
    }
}
