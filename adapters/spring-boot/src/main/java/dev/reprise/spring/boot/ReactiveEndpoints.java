package dev.reprise.spring.boot;

import dev.reprise.IdempotencyEngine;
import dev.reprise.spring.boot.Endpoint.Handler;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import dev.reprise.spring.webflux.IdempotencyWebFilter;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * The protected handler methods of a reactive application, each with the filter that protects it. Put together when all beans are
 * there and before the first request, so that mistakes fail the start. Thread-safe.
 */
final class ReactiveEndpoints implements SmartInitializingSingleton, AutoCloseable {
    /** Its name among the beans. */
    static final String BEAN = "repriseIdempotentEndpoints";

    private final ListableBeanFactory beans;
    private final EndpointSettings settings;
    private final Engines engines;
    private final KnownReconcilers reconcilers;
    private final ReactiveSecurity security;
    private volatile @Nullable ReactiveHandlerLookup lookup;
    private volatile Map<Handler, IdempotencyWebFilter> filters = Map.of();

    ReactiveEndpoints(
            ListableBeanFactory beans,
            EndpointSettings settings,
            Engines engines,
            KnownReconcilers reconcilers,
            ReactiveSecurity security) {
        this.beans = beans;
        this.settings = settings;
        this.engines = engines;
        this.reconcilers = reconcilers;
        this.security = security;
    }

    /** The filter of the endpoint that a request reaches, if that is protected. */
    Mono<IdempotencyWebFilter> filterOf(ServerWebExchange exchange) {
        ReactiveHandlerLookup asked = lookup;
        if (asked == null
                || AnnotatedMethods.isSafe(exchange.getRequest().getMethod().name())) {
            return Mono.empty();
        }
        LookupExchange looked = new LookupExchange(exchange);
        return asked.find(looked)
                .mapNotNull(method -> filters.get(Handler.of(method)))
                .doOnNext(filter -> looked.keepFields());
    }

    @Override
    public void afterSingletonsInstantiated() {
        ReactiveHandlerLookup found = ReactiveHandlerLookup.in(beans);
        Map<Handler, Endpoint> endpoints = new EndpointSearch(beans, settings, this::guarantee).find(found.mappings());
        if (endpoints.isEmpty()) {
            return;
        }
        security.requireBefore(beans, settings.properties().filterOrder());
        closeBeforeEngines();
        Map<Handler, IdempotencyWebFilter> made = new HashMap<>();
        endpoints.forEach((handler, endpoint) -> made.put(handler, filter(endpoint)));
        filters = Map.copyOf(made);
        lookup = found;
        endpoints.values().forEach(EndpointSearch::log);
    }

    /** What still works when the application is closed can be recorded then. */
    private void closeBeforeEngines() {
        if (beans instanceof ConfigurableBeanFactory factory) {
            for (String engine : beans.getBeanNamesForType(IdempotencyEngine.class, true, false)) {
                factory.registerDependentBean(engine, BEAN);
            }
        }
    }

    private Guarantee guarantee(Guarantee wanted, Method method) {
        if (wanted == Guarantee.TRANSACTIONAL || wanted == Guarantee.RESUMABLE) {
            throw Mistakes.reactive(method);
        }
        return engines.guarantee(Guarantee.LEASED, method);
    }

    private IdempotencyWebFilter filter(Endpoint endpoint) {
        // The engine's own would record what is found as it is said: its route marks it, and leaves out what no record
        // keeps (S18).
        reconcilers.know(endpoint, engines.idempotency(endpoint).reconciling());
        boolean known = ReactiveMethodRefusals.areKnown(beans, endpoint.target());
        return IdempotencyWebFilter.over(engines.leased(), List.of(endpoint.route()))
                .names(engines.names())
                .principal(beans.getBean(ReactiveIdempotencyPrincipal.class)::of)
                .exceptionHandlers(beans.getBeanProvider(WebExceptionHandler.class)
                        .orderedStream()
                        .toList())
                .refusals(security::isRefusal, exchange -> known && ReactiveMethodRefusals.isUntouched(exchange))
                .codecs(beans.getBean(ServerCodecConfigurer.class))
                .build();
    }

    @Override
    public void close() {
        filters.values().forEach(IdempotencyWebFilter::close);
    }
}
