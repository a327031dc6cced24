package dev.reprise.gateway.proxy;

import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What the exchanges of one event loop share.
 *
 * @param routes which service is behind which path
 * @param upstream sends requests to services
 * @param authorization asks whether a request may go on; null where nobody has to be asked
 * @param forwarded tells services who called
 * @param threads a virtual thread for each body that takes long to hash
 * @param exchanges those that are not over
 */
record ProxyServices(
        UpstreamRoutes routes,
        Upstream upstream,
        @Nullable AuthorizationCheck authorization,
        ForwardedFields forwarded,
        ExecutorService threads,
        Exchanges exchanges) {}
