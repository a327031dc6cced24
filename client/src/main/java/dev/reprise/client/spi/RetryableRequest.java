package dev.reprise.client.spi;

import dev.reprise.client.ResumedOperation;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request as its caller made it.
 *
 * @param method its method
 * @param uri where it goes
 * @param fields the first value of one of its fields, by name
 * @param repeatable whether its body can be sent more than once, the same bytes each time (C1)
 * @param begun how the operation was begun; null if this call begins it
 */
public record RetryableRequest(
        String method,
        URI uri,
        Function<String, Optional<String>> fields,
        boolean repeatable,
        @Nullable ResumedOperation begun) {
    /** The request of an operation that this call begins. */
    public RetryableRequest(String method, URI uri, Function<String, Optional<String>> fields, boolean repeatable) {
        this(method, uri, fields, repeatable, null);
    }
}
