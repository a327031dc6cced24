package dev.reprise.console.operations;

import dev.reprise.IdempotencyKey;
import dev.reprise.console.text.Choice;
import dev.reprise.console.text.Quantity;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
 * @param attempts how many owners they have had at least
 * @param reason what the reason of an unknown outcome, or the last error, contains, in whatever case
 * @param after where an earlier listing ended, as {@link OperationListing#next} says
 * @param limit how many at most
 * @param lookAt how many records to look at, about, before the listing ends although there may be more
 */
public record OperationFilter(
        Set<ListedState> states,
        @Nullable String key,
        @Nullable String route,
        @Nullable String principal,
        @Nullable String type,
        @Nullable Duration olderThan,
        @Nullable Integer attempts,
        @Nullable String reason,
        @Nullable String after,
        int limit,
        int lookAt) {
    /** What the beginning of a key ends in. */
    public static final String CUT = "…";

    private static final int MOST = 10_000;

    /** @throws IllegalArgumentException if the key cannot be one, or a number is not positive */
    public OperationFilter {
        states = Set.copyOf(states);
        if (key != null) {
            new IdempotencyKey(key.endsWith(CUT) ? key.substring(0, key.length() - 1) : key);
        }
        if (limit < 1 || lookAt < 1) {
            throw new IllegalArgumentException("A limit is positive: " + Math.min(limit, lookAt));
        }
        if (attempts != null && attempts < 1) {
            throw new IllegalArgumentException("The number of attempts is positive: " + attempts);
        }
    }

    /** Everything with this key, in whatever scope. */
    public static OperationFilter ofKey(String key, int limit) {
        return new OperationFilter(Set.of(), key, null, null, null, null, null, null, null, limit, Integer.MAX_VALUE);
    }

    /** What is in one of the states. */
    public static OperationFilter ofStates(Set<ListedState> states, int limit) {
        return new OperationFilter(states, null, null, null, null, null, null, null, null, limit, Integer.MAX_VALUE);
    }

    /** Reads what {@link #toQuery} writes. */
    public static OperationFilter of(Function<String, List<String>> parameters) {
        Set<ListedState> states = EnumSet.noneOf(ListedState.class);
        parameters.apply("state").forEach(state -> states.add(Choice.parse(ListedState.class, state)));
        String age = first(parameters, "older-than");
        String attempts = first(parameters, "attempts");
        String limit = first(parameters, "limit");
        String lookAt = first(parameters, "look-at");
        return new OperationFilter(
                states,
                first(parameters, "key"),
                first(parameters, "route"),
                first(parameters, "principal"),
                first(parameters, "type"),
                age == null ? null : Quantity.duration(age),
                attempts == null ? null : number(attempts, "number of attempts"),
                first(parameters, "reason"),
                first(parameters, "after"),
                Math.min(limit == null ? 100 : number(limit, "limit"), MOST),
                lookAt == null ? Integer.MAX_VALUE : number(lookAt, "number of records"));
    }

    private static @Nullable String first(Function<String, List<String>> parameters, String name) {
        List<String> values = parameters.apply(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    private static int number(String text, String what) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException('"' + text + "\" is not a " + what, e);
        }
    }

    /** The same in these states. */
    public OperationFilter in(Set<ListedState> others) {
        return new OperationFilter(
                others, key, route, principal, type, olderThan, attempts, reason, after, limit, lookAt);
    }

    /** The same, a page at a time. */
    public OperationFilter page(@Nullable String from, int most, int look) {
        return new OperationFilter(states, key, route, principal, type, olderThan, attempts, reason, from, most, look);
    }

    /** The query of a URL that asks for this. */
    public String toQuery() {
        List<String> parameters = new ArrayList<>();
        if (!conditions().isEmpty()) {
            parameters.add(conditions());
        }
        add(parameters, "after", after);
        parameters.add("limit=" + limit);
        if (lookAt < Integer.MAX_VALUE) {
            parameters.add("look-at=" + lookAt);
        }
        return String.join("&", parameters);
    }

    /** The same, whatever the page. */
    public String conditions() {
        List<String> parameters = new ArrayList<>();
        new TreeSet<>(states).forEach(state -> parameters.add("state=" + Choice.written(state)));
        add(parameters, "key", key);
        add(parameters, "route", route);
        add(parameters, "principal", principal);
        add(parameters, "type", type);
        add(parameters, "older-than", olderThan == null ? null : olderThan.toMillis() + "ms");
        add(parameters, "attempts", attempts == null ? null : attempts.toString());
        add(parameters, "reason", reason);
        return String.join("&", parameters);
    }

    private static void add(List<String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    /** Whether it asks for anything in particular but states. */
    public boolean narrows() {
        return key != null
                || route != null
                || principal != null
                || type != null
                || olderThan != null
                || attempts != null
                || reason != null;
    }

    /** In words, for people. */
    public String inWords() {
        List<String> words = new ArrayList<>();
        words.add(states.isEmpty() ? "in any state" : String.join(" or ", written()));
        say(words, "with the key ", key);
        say(words, "at the route ", route);
        say(words, "of ", principal);
        say(words, "of the type ", type);
        say(words, "older than ", olderThan == null ? null : Quantity.written(olderThan));
        say(words, "with this many attempts or more: ", attempts == null ? null : attempts.toString());
        say(words, "whose reason contains ", reason);
        return String.join(", ", words);
    }

    private List<String> written() {
        return new TreeSet<>(states).stream().map(Choice::written).toList();
    }

    private static void say(List<String> words, String before, @Nullable String value) {
        if (value != null) {
            words.add(before + value);
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
                && (olderThan == null || !view.createdAt().isAfter(now.minus(olderThan)))
                && (attempts == null || view.attempt() >= attempts)
                && (reason == null || view.says(reason));
    }
}
