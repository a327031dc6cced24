package dev.reprise.spi;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which records a listing shows.
 *
 * @param kinds the states to show
 * @param key only operations of this key, in whatever scope; null for all
 * @param from go on where an earlier page of the same listing ended, as {@link Page#next} says; null from the start
 * @param limit how many at most
 */
public record OperationQuery(
        Set<OperationState.Kind> kinds,
        @Nullable IdempotencyKey key,
        @Nullable String from,
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

    /** The records of the given states, from the start. */
    public static OperationQuery of(Set<OperationState.Kind> kinds, int limit) {
        return new OperationQuery(kinds, null, null, limit);
    }

    /** The same, going on behind an earlier page. */
    public OperationQuery from(@Nullable String next) {
        return new OperationQuery(kinds, key, next, limit);
    }

    /**
     * What a listing found in one go.
     *
     * @param items in the order of the store, if it has one; there can be fewer than the limit, or none, although others follow
     * @param next what {@link OperationQuery#from} says to get what follows; null if nothing does
     * @param <T> what is listed
     */
    public record Page<T>(List<T> items, @Nullable String next) {
        /** Copies the list. */
        public Page {
            items = List.copyOf(items);
        }
    }

    /**
     * The operation behind which the listing goes on, in a store that lists by the order of ids; null from the start.
     *
     * @throws IllegalArgumentException if this is no place in such a listing
     */
    public @Nullable OperationId after() {
        if (from == null) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(from), StandardCharsets.UTF_8).split("\n", -1);
            if (parts.length == 3) {
                return new OperationId(new Scope(parts[0], parts[1]), new IdempotencyKey(parts[2]));
            }
        } catch (IllegalArgumentException e) {
            // Reported below.
        }
        throw noPlace(null);
    }

    /** What a store throws that does not understand where the listing is to go on. */
    public IllegalArgumentException noPlace(@Nullable Throwable cause) {
        return new IllegalArgumentException(
                '"' + from + "\" is no place in a listing; a listing prints it at its end", cause);
    }

    /** The page of a store that lists by the order of ids, and has looked for as many as the limit allows. */
    public <T> Page<T> page(List<T> found, Function<T, OperationId> id) {
        return new Page<>(found, found.size() < limit ? null : place(id.apply(found.getLast())));
    }

    private static String place(OperationId id) {
        String text = id.scope().principal() + "\n" + id.scope().route() + "\n"
                + id.key().value();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
