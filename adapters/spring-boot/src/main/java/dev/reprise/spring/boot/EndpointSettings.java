package dev.reprise.spring.boot;

import dev.reprise.OperationPolicy;
import dev.reprise.http.Route;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Makes the route of an endpoint, of its annotation and of the properties for all.
 *
 * @param environment resolves placeholders
 */
record EndpointSettings(RepriseProperties properties, Environment environment) {
    /** Spring decides which requests are those of the endpoint; by then, all of them are. */
    private static final String ANY_PATH = "/**";

    /** @throws IllegalArgumentException if something cannot be right; the message says what */
    Route route(Idempotent annotation, String firstPattern, Set<String> methods) {
        String name = resolved(annotation.name());
        return Route.of(ANY_PATH)
                .withName(name.isEmpty() ? firstPattern : name)
                .withMethods(methods)
                .withProfile(annotation.profile())
                .withKeyRequired(annotation.required())
                .withMaxRequestBody(bytes("max-request-body", properties.maxRequestBody()))
                .withMaxResponseBody(bytes("max-response-body", properties.maxResponseBody()))
                .withPolicy(OperationPolicy.DEFAULT
                        .withLease(properties.lease())
                        .withRetention(time(annotation.retention(), properties.retention()))
                        .withMaxWait(time(annotation.maxWait(), properties.maxWait()))
                        .withDuplicates(annotation.duplicates()));
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
