package dev.reprise.servlet.comparison;

import static org.awaitility.Awaitility.await;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an application saw during one request. Thread-safe. */
final class Seen {
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();

    /** Something that is looked at, and may fail. */
    interface Look {
        @Nullable
        Object look() throws Exception;
    }

    /** Something that is done, and may fail. */
    interface Deed {
        void run() throws Exception;
    }

    void note(String text) {
        notes.add(text);
    }

    /** Notes a value, or the exception that came instead of it. */
    void note(String name, Look look) {
        try {
            note(name + " = " + text(look.look()));
        } catch (Exception e) {
            note(name + " ! " + kind(e));
        }
    }

    /** Notes whether the same is seen twice. */
    void noteSame(String name, Look look) {
        note(name, () -> Objects.equals(look.look(), look.look()));
    }

    /** Notes whether something can be done. */
    void attempt(String name, Deed deed) {
        note(name, () -> {
            deed.run();
            return "done";
        });
    }

    /** An exception by the type that a portable application knows it by. */
    private static String kind(Throwable failure) {
        for (Class<?> known : List.of(
                IllegalStateException.class,
                IllegalArgumentException.class,
                UncheckedIOException.class,
                NullPointerException.class,
                UnsupportedOperationException.class,
                java.io.UnsupportedEncodingException.class,
                IOException.class,
                ServletException.class)) {
            if (known.isInstance(failure)) {
                return known.getSimpleName();
            }
        }
        return failure.getClass().getSimpleName();
    }

    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case byte[] bytes -> new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
            case Map<?, ?> map -> sorted(map).toString();
            case Enumeration<?> all -> text(java.util.Collections.list(all));
            case Collection<?> all -> all.stream().map(Seen::text).collect(Collectors.joining(", ", "[", "]"));
            case Object array
            when array.getClass().isArray() && Array.getLength(array) >= 0 -> Arrays.deepToString(new Object[] {array});
            default -> value.toString();
        };
    }

    private static Map<String, String> sorted(Map<?, ?> map) {
        Map<String, String> sorted = new TreeMap<>();
        map.forEach((name, value) -> sorted.put(text(name), text(value)));
        return sorted;
    }

    void called() {
        calls.incrementAndGet();
    }

    /** How many requests reached the application. */
    int calls() {
        return calls.get();
    }

    /** Something goes on that ends with {@link #ended}. */
    void began() {
        pending.incrementAndGet();
    }

    void ended() {
        pending.decrementAndGet();
    }

    /** All notes, when nothing goes on any more. */
    String notes() {
        if (pending.get() > 0) {
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> pending.get() == 0);
        }
        return String.join("\n", notes);
    }
}
