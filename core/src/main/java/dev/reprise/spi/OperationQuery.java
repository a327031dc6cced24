package dev.reprise.spi;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records a listing shows.
 *
 * @param kinds the states to show
 * @param key only operations of this key, in whatever scope; null for all
 * @param after continue behind this operation of an earlier listing; null from the start
 * @param limit how many at most
 */
public record OperationQuery(
        Set<OperationState.Kind> kinds,
        @Nullable IdempotencyKey key,
        @Nullable OperationId after,
        int limit) {
    /** @throws IllegalArgumentException if no state is asked for or the limit is not positive */
    public OperationQuery {
        kinds = Set.copyOf(kinds);
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("A query asks for at least one state");
        }
        if (limit < 1) {
            throw new IllegalArgumentException("A query's limit is positive: " + limit);
        }
    }
}
