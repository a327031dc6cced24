package dev.reprise.spring.boot;

import dev.reprise.http.HttpIdempotency;
import dev.reprise.servlet.IdempotencyFilter;
import dev.reprise.spring.boot.Endpoint.Handler;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * The protected handler methods, each with the filter that protects it. Put together when all beans are there and before the first
 * request, so that mistakes fail the start. Thread-safe.
 */
final class IdempotentEndpoints implements SmartInitializingSingleton {
    private final ListableBeanFactory beans;
    private final EndpointSettings settings;
    private final Engines engines;
    private final KnownReconcilers reconcilers;
    private volatile @Nullable HandlerLookup lookup;
    private volatile Map<Handler, IdempotencyFilter> filters = Map.of();

    IdempotentEndpoints(
            ListableBeanFactory beans, EndpointSettings settings, Engines engines, KnownReconcilers reconcilers) {
        this.beans = beans;
        this.settings = settings;
        this.engines = engines;
        this.reconcilers = reconcilers;
    }

    /** The handler method that a request reaches, if that is protected. */
    Optional<ReachedHandler> reached(HttpServletRequest request) {
        HandlerLookup asked = lookup;
        if (asked == null || AnnotatedMethods.isSafe(request.getMethod())) {
            return Optional.empty();
        }
        return asked.find(request).filter(reached -> filters.containsKey(Handler.of(reached.method())));
    }

    /** The filter of a handler method that is protected. */
    IdempotencyFilter filterOf(ReachedHandler reached) {
        return Objects.requireNonNull(filters.get(Handler.of(reached.method())));
    }

    @Override
    public void afterSingletonsInstantiated() {
        HandlerLookup found = HandlerLookup.in(beans);
        Map<Handler, Endpoint> endpoints = new EndpointSearch(beans, settings, this::guarantee).find(found.mappings());
        if (endpoints.isEmpty()) {
            return;
        }
        FilterPlace.requireBehindSecurity(beans, settings.properties().filterOrder());
        FilterPlace place = new FilterPlace(beans);
        Map<Handler, IdempotencyFilter> made = new HashMap<>();
        endpoints.forEach((handler, endpoint) -> made.put(handler, filter(endpoint, place)));
        filters = Map.copyOf(made);
        lookup = found;
        endpoints.values().forEach(EndpointSearch::log);
    }

    /** After a failure in a transaction the key is free, whatever has failed; so only the leased guarantee has to know refusals. */
    private IdempotencyFilter filter(Endpoint endpoint, FilterPlace place) {
        HttpIdempotency idempotency = engines.idempotency(endpoint);
        reconcilers.know(endpoint, idempotency.reconciling());
        IdempotencyFilter filter = place.filter(idempotency);
        return endpoint.guarantee() == Guarantee.LEASED
                ? MethodRefusals.knownTo(filter, beans, endpoint.target())
                : filter;
    }

    private Guarantee guarantee(Guarantee wanted, Method method) {
        Guarantee chosen = engines.guarantee(wanted, method);
        if (chosen == Guarantee.TRANSACTIONAL && AsynchronousAnswers.comeFrom(method)) {
            throw Mistakes.asynchronous(method);
        }
        return chosen;
    }
}
