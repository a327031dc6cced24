package dev.reprise.gateway.proxy;

import dev.reprise.gateway.config.GatewayRoute;
import dev.reprise.gateway.config.Origin;
import dev.reprise.http.Route;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which service is behind which path. Immutable. */
final class UpstreamRoutes {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final Map<String, GatewayRoute> byName = new HashMap<>();
    private final @Nullable Origin otherwise;

    UpstreamRoutes(List<GatewayRoute> routes, @Nullable Origin otherwise) {
        this.otherwise = otherwise;
        routes.forEach(route -> byName.put(route.route().name(), route));
    }

    /** The gateway's route of a route of core. */
    GatewayRoute of(Route route) {
        GatewayRoute found = byName.get(route.name());
        if (found == null) {
            throw new IllegalArgumentException("There is no route " + route.name());
        }
        return found;
    }

    /**
     * Where a request goes that passes through, or nothing if there is no service for it.
     *
     * @param route the route of its path, if it has one
     */
    Optional<RequestOptions> passThrough(@Nullable Route route) {
        if (route != null) {
            GatewayRoute found = of(route);
            return Optional.of(
                    options(found.upstream()).setIdleTimeout(found.timeout().toMillis()));
        }
        return Optional.ofNullable(otherwise).map(origin -> options(origin).setIdleTimeout(SILENCE.toMillis()));
    }

    /** A request to the service, without anything of its own. */
    RequestOptions options(Origin origin) {
        return new RequestOptions()
                .setHost(origin.host())
                .setPort(origin.port())
                .setSsl(origin.tls())
                .setConnectTimeout(CONNECT_TIMEOUT.toMillis());
    }
}
