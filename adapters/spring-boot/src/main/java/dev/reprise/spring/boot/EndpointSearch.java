package dev.reprise.spring.boot;

import dev.reprise.http.Route;
import dev.reprise.resumable.ResumableExecution;
import dev.reprise.spring.boot.Endpoint.Handler;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the endpoints that are protected, among the mappings of an application.
 *
 * @param guarantees which guarantee each has
 */
record EndpointSearch(ListableBeanFactory beans, EndpointSettings settings, Guarantees guarantees) {
    private static final Logger LOG = System.getLogger(EndpointSearch.class.getName());

    /** Says which guarantee an endpoint has. */
    @FunctionalInterface
    interface Guarantees {
        /**
         * The guarantee of an endpoint that wants this one.
         *
         * @throws RuntimeException that fails the start if the handler method cannot have what it wants
         */
        Guarantee of(Guarantee wanted, Method method);
    }

    /**
     * The protected endpoints.
     *
     * @throws RuntimeException that fails the start if there is a mistake
     */
    Map<Handler, Endpoint> find(List<Mapping> mappings) {
        Map<Handler, Endpoint> endpoints = new LinkedHashMap<>();
        for (Mapping mapping : mappings) {
            Idempotent annotation = AnnotatedMethods.of(mapping.handler());
            Set<String> methods = annotation == null ? Set.of() : AnnotatedMethods.unsafeMethods(mapping);
            if (annotation != null && !methods.isEmpty()) {
                endpoints.putIfAbsent(Handler.of(mapping.handler()), endpoint(annotation, mapping, methods));
            }
        }
        AnnotatedMethods.requireMapped(beans, endpoints.keySet());
        requireOneGuaranteeByName(endpoints);
        return endpoints;
    }

    private Endpoint endpoint(Idempotent annotation, Mapping mapping, Set<String> methods) {
        Method method = mapping.handler().getMethod();
        if (!annotation.key().isEmpty()) {
            throw Mistakes.keyOnHandler(method);
        }
        Guarantee guarantee = guarantees.of(annotation.guarantee(), method);
        if (guarantee == Guarantee.RESUMABLE && !annotation.required()) {
            throw Mistakes.resumableWithoutKey(method);
        }
        if (guarantee == Guarantee.RESUMABLE && !takesExecution(method)) {
            throw Mistakes.resumableWithoutExecution(method);
        }
        try {
            Route route = settings.route(annotation, mapping.firstPattern(), methods);
            if (guarantee == Guarantee.RESUMABLE && !route.unrecordedMembers().isEmpty()) {
                throw Mistakes.resumableWithoutMembers(method);
            }
            if (guarantee != Guarantee.LEASED && route.policy().reconciler() != null) {
                throw Mistakes.reconcilerWithoutLease(method);
            }
            return new Endpoint(mapping.handler(), route, guarantee);
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongSetting(method, e);
        }
    }

    private static boolean takesExecution(Method method) {
        return Stream.of(method.getParameterTypes()).anyMatch(ResumableExecution.class::equals);
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

    /** Tells the operator. */
    static void log(Endpoint endpoint) {
        LOG.log(
                Level.INFO,
                "Protected: " + String.join(", ", endpoint.route().methods()) + " "
                        + endpoint.route().name() + ", "
                        + endpoint.guarantee().name().toLowerCase(Locale.ROOT)
                        + ", kept for " + endpoint.route().policy().retention());
    }
}
