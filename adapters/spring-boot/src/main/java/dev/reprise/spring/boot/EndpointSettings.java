package dev.reprise.spring.boot;

import dev.reprise.OperationPolicy;
import dev.reprise.Reconciler;
import dev.reprise.http.Profile;
import dev.reprise.http.Route;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Makes the settings of endpoints and methods, of their annotations and of the properties for all.
 *
 * @param environment resolves placeholders
 * @param beans have the reconcilers
 */
record EndpointSettings(RepriseProperties properties, Environment environment, BeanFactory beans) {
    /** Spring decides which requests are those of the endpoint; by then, all of them are. */
    private static final String ANY_PATH = "/**";

    /** @throws IllegalArgumentException if something cannot be right; the message says what */
    Route route(Idempotent annotation, String firstPattern, Set<String> methods) {
        Route usual = Route.of(ANY_PATH).withProfile(annotation.profile());
        return usual.withName(name(annotation, firstPattern))
                .withMethods(methods)
                .withKeyRequired(annotation.required() || usual.keyRequired())
                .withMaxRequestBody(bytes("max-request-body", properties.maxRequestBody()))
                .withMaxResponseBody(bytes("max-response-body", properties.maxResponseBody()))
                .withUnrecordedFields(properties.unrecordedFields())
                .withUnrecordedMembers(properties.unrecordedMembers())
                .withPolicy(policy(annotation));
    }

    /** What keys are scoped by, unless the annotation says it. */
    String name(Idempotent annotation, String usual) {
        String name = resolved(annotation.name());
        return name.isEmpty() ? usual : name;
    }

    /** @throws IllegalArgumentException if something cannot be right; the message says what */
    OperationPolicy policy(Idempotent annotation) {
        return OperationPolicy.DEFAULT
                .withLease(properties.lease())
                .withRetention(time(annotation.retention(), properties.retention()))
                .withMaxWait(time(annotation.maxWait(), maxWait(annotation.profile())))
                .withReconciler(reconciler(annotation))
                .withDuplicates(annotation.duplicates());
    }

    private @Nullable Reconciler reconciler(Idempotent annotation) {
        String name = resolved(annotation.reconciler());
        if (name.isEmpty()) {
            return null;
        }
        if (!beans.containsBean(name) || !beans.isTypeMatch(name, Reconciler.class)) {
            throw new IllegalArgumentException("reconciler: there is no bean of Reconciler with the name " + name);
        }
        return beans.getBean(name, Reconciler.class);
    }

    /** The longest result of a method that is kept, in bytes. */
    int maxResult() {
        return bytes("max-response-body", properties.maxResponseBody());
    }

    private Duration maxWait(Profile profile) {
        Duration chosen = properties.maxWait();
        return chosen == null ? profile.maxWait() : chosen;
    }

    private Duration time(String text, Duration usual) {
        String resolved = resolved(text);
        return resolved.isEmpty() ? usual : DurationStyle.detectAndParse(resolved);
    }

    private String resolved(String text) {
        return environment.resolveRequiredPlaceholders(text).strip();
    }

    private static int bytes(String property, DataSize size) {
        if (size.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("reprise." + property + " is more than 2 GB: " + size);
        }
        return (int) size.toBytes();
    }
}
