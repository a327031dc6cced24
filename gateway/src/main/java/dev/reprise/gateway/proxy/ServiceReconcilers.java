package dev.reprise.gateway.proxy;

import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.gateway.config.GatewayRoute;
import dev.reprise.gateway.config.Reconciling;
import dev.reprise.http.Route;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** Has services asked what became of operations, for the routes that say how (S33). Immutable and thread-safe. */
public final class ServiceReconcilers {
    private final MemoryBudget budget;
    private final UpstreamRoutes routes;
    private final Context context;
    private final Upstream upstream;

    /**
     * Reconcilers that are asked by nobody yet.
     *
     * @param vertx on which services are called, until it is closed
     * @param budget bounds what is held of their answers
     */
    public ServiceReconcilers(Vertx vertx, GatewayConfig config, MemoryBudget budget) {
        this.budget = budget;
        this.routes = new UpstreamRoutes(config.routes(), config.upstream());
        this.context = vertx.getOrCreateContext();
        this.upstream = new Upstream(vertx, ConnectionLimits.client(vertx, config));
    }

    /** The route for its engine, with a reconciler if it says how its service is asked. */
    public Route equip(GatewayRoute route) {
        Reconciling settings = route.reconciling();
        return settings == null
                ? route.route()
                : route.route()
                        .withPolicy(route.route()
                                .policy()
                                .withReconciler(
                                        new ServiceReconciler(route, settings, context, upstream, routes, budget)));
    }
}
