package dev.reprise.spring.boot;

import dev.reprise.http.Route;
import dev.reprise.servlet.IdempotencyFilter;
import dev.reprise.spring.boot.Endpoint.Handler;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

/**
 * The protected handler methods, each with the filter that protects it. Put together when all beans are there and before the first
 * request, so that mistakes fail the start. Thread-safe.
 */
final class IdempotentEndpoints implements SmartInitializingSingleton {
    private static final Logger LOG = System.getLogger(IdempotentEndpoints.class.getName());

    private final ListableBeanFactory beans;
    private final EndpointSettings settings;
    private final Engines engines;
    private volatile @Nullable HandlerLookup lookup;
    private volatile Map<Handler, IdempotencyFilter> filters = Map.of();

    IdempotentEndpoints(ListableBeanFactory beans, EndpointSettings settings, Engines engines) {
        this.beans = beans;
        this.settings = settings;
        this.engines = engines;
    }

    /** The filter of the endpoint that a request reaches, if that is protected. */
    Optional<IdempotencyFilter> filterOf(HttpServletRequest request) {
        HandlerLookup asked = lookup;
        if (asked == null || AnnotatedMethods.isSafe(request.getMethod())) {
            return Optional.empty();
        }
        return asked.find(request).map(Handler::of).map(filters::get);
    }

    @Override
    public void afterSingletonsInstantiated() {
        HandlerLookup found = HandlerLookup.in(beans);
        Map<Handler, Endpoint> endpoints = new LinkedHashMap<>();
        found.controllers().getHandlerMethods().forEach((info, handler) -> {
            Idempotent annotation = AnnotatedMethods.of(handler);
            Set<String> methods = annotation == null ? Set.of() : AnnotatedMethods.unsafeMethods(info, handler);
            if (annotation != null && !methods.isEmpty()) {
                endpoints.putIfAbsent(Handler.of(handler), endpoint(annotation, info, handler, methods));
            }
        });
        AnnotatedMethods.requireMapped(beans, endpoints.keySet());
        requireOneGuaranteeByName(endpoints);
        if (endpoints.isEmpty()) {
            return;
        }
        FilterPlace.requireBehindSecurity(beans, settings.properties().filterOrder());
        FilterPlace place = new FilterPlace(beans);
        Map<Handler, IdempotencyFilter> made = new HashMap<>();
        endpoints.forEach((handler, endpoint) -> made.put(handler, place.filter(engines.idempotency(endpoint))));
        filters = Map.copyOf(made);
        lookup = found;
        endpoints.values().forEach(IdempotentEndpoints::log);
    }

    private Endpoint endpoint(
            Idempotent annotation, RequestMappingInfo info, HandlerMethod handler, Set<String> methods) {
        Method method = handler.getMethod();
        if (!annotation.key().isEmpty()) {
            throw Mistakes.keyOnHandler(method);
        }
        Guarantee guarantee = engines.guarantee(annotation.guarantee(), method);
        if (guarantee == Guarantee.RESUMABLE && !annotation.required()) {
            throw Mistakes.resumableWithoutKey(method);
        }
        if (guarantee == Guarantee.TRANSACTIONAL && AsynchronousAnswers.comeFrom(method)) {
            throw Mistakes.asynchronous(method);
        }
        try {
            Route route = settings.route(annotation, AnnotatedMethods.firstPattern(info), methods);
            return new Endpoint(Handler.of(handler), route, guarantee);
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongSetting(method, e);
        }
    }

    /** Two engines must not work on one operation. */
    private static void requireOneGuaranteeByName(Map<Handler, Endpoint> endpoints) {
        Map<String, Endpoint> named = new HashMap<>();
        for (Endpoint endpoint : endpoints.values()) {
            String name = endpoint.route().name();
            Endpoint first = named.putIfAbsent(name, endpoint);
            if (first != null && first.guarantee() != endpoint.guarantee()) {
                throw Mistakes.sharedName(
                        name, first.handler().method(), endpoint.handler().method());
            }
        }
    }

    private static void log(Endpoint endpoint) {
        LOG.log(
                Level.INFO,
                "Protected: " + String.join(", ", endpoint.route().methods()) + " "
                        + endpoint.route().name() + ", "
                        + endpoint.guarantee().name().toLowerCase(Locale.ROOT)
                        + ", kept for " + endpoint.route().policy().retention());
    }
}
