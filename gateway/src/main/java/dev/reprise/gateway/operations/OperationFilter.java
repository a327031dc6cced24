package dev.reprise.gateway.operations;

import dev.reprise.IdempotencyKey;
import dev.reprise.gateway.config.Choice;
import dev.reprise.gateway.config.Quantity;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which operations an operator asks for; null is any.
 *
 * @param states the states; none for all
 * @param key a key, or its beginning followed by {@code …}, as logs shorten keys
 * @param route the name of a route
 * @param principal a caller
 * @param type the name of the code that carries it through in steps
 * @param olderThan for how long they have been there at least
 * @param after where an earlier listing ended, as {@link OperationListing#next} says
 * @param limit how many at most
 */
public record OperationFilter(
        Set<ListedState> states,
        @Nullable String key,
        @Nullable String route,
        @Nullable String principal,
        @Nullable String type,
        @Nullable Duration olderThan,
        @Nullable String after,
        int limit) {
    private static final String CUT = "…";
    private static final int MOST = 10_000;

    /** @throws IllegalArgumentException if the key cannot be one, or the limit is not positive */
    public OperationFilter {
        states = Set.copyOf(states);
        if (key != null) {
            new IdempotencyKey(key.endsWith(CUT) ? key.substring(0, key.length() - 1) : key);
        }
        if (limit < 1) {
            throw new IllegalArgumentException("A limit is positive: " + limit);
        }
    }

    /** Everything with this key, in whatever scope. */
    public static OperationFilter ofKey(String key, int limit) {
        return new OperationFilter(Set.of(), key, null, null, null, null, null, limit);
    }

    /** What is in one of the states. */
    public static OperationFilter ofStates(Set<ListedState> states, int limit) {
        return new OperationFilter(states, null, null, null, null, null, null, limit);
    }

    /** Reads what {@link #toQuery} writes. */
    public static OperationFilter of(Function<String, List<String>> parameters) {
        Set<ListedState> states = EnumSet.noneOf(ListedState.class);
        parameters.apply("state").forEach(state -> states.add(Choice.parse(ListedState.class, state)));
        String age = first(parameters, "older-than");
        String limit = first(parameters, "limit");
        return new OperationFilter(
                states,
                first(parameters, "key"),
                first(parameters, "route"),
                first(parameters, "principal"),
                first(parameters, "type"),
                age == null ? null : Quantity.duration(age),
                first(parameters, "after"),
                Math.min(limit == null ? 100 : number(limit), MOST));
    }

    private static @Nullable String first(Function<String, List<String>> parameters, String name) {
        List<String> values = parameters.apply(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException('"' + text + "\" is not a limit", e);
        }
    }

    /** The query of a URL that asks for this. */
    String toQuery() {
        List<String> parameters = new ArrayList<>();
        states.forEach(state -> parameters.add("state=" + Choice.written(state)));
        add(parameters, "key", key);
        add(parameters, "route", route);
        add(parameters, "principal", principal);
        add(parameters, "type", type);
        add(parameters, "older-than", olderThan == null ? null : olderThan.toMillis() + "ms");
        add(parameters, "after", after);
        parameters.add("limit=" + limit);
        return String.join("&", parameters);
    }

    private static void add(List<String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    /** The whole key, if one is asked for. */
    @Nullable
    IdempotencyKey wholeKey() {
        return key == null || key.endsWith(CUT) ? null : new IdempotencyKey(key);
    }

    /** Whether it is asked for, of the type that is asked for. */
    boolean admits(OperationView view, Instant now) {
        return (states.isEmpty() || states.contains(view.state()))
                && (key == null || !key.endsWith(CUT) || view.key().startsWith(key.substring(0, key.length() - 1)))
                && (route == null || route.equals(view.route()))
                && (principal == null || principal.equals(view.principal()))
                && (olderThan == null || !view.createdAt().isAfter(now.minus(olderThan)));
    }
}
