package dev.reprise.gateway.admin;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Whether the process is worth keeping: each of its parts has to give a sign of life, and one that does not is not
 * mended by waiting. Set up by one thread, then thread-safe.
 */
public final class Health {
    private final Duration patience;
    private final Supplier<List<String>> problems;
    private final List<Part> parts = new ArrayList<>();

    /** Something that has to live. */
    private record Part(String name, Supplier<Future<?>> ping) {}

    /**
     * No parts to watch yet.
     *
     * @param patience how long a sign of life may take
     * @param problems what parts that watch themselves say; empty if all is well, and it does not block
     */
    public Health(Duration patience, Supplier<List<String>> problems) {
        this.patience = patience;
        this.problems = problems;
    }

    /**
     * Watches a part.
     *
     * @param ping asks it for a sign of life; fails, or never completes, if it is dead
     */
    public void watch(String name, Supplier<Future<?>> ping) {
        parts.add(new Part(name, ping));
    }

    /** What is wrong, part by part; nothing if all is well. Never fails. */
    Future<List<String>> problems() {
        List<Future<String>> signs = parts.stream().map(this::sign).toList();
        return Future.all(signs)
                .map(all -> Stream.concat(
                                all.<String>list().stream().filter(sign -> !sign.isEmpty()), problems.get().stream())
                        .toList());
    }

    /** What is wrong with a part, or nothing. */
    private Future<String> sign(Part part) {
        Future<?> answer;
        try {
            answer = part.ping().get();
        } catch (RuntimeException e) {
            return Future.succeededFuture(silent(part));
        }
        return answer.map("")
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(silent(part));
    }

    private static String silent(Part part) {
        return part.name() + " gives no sign of life";
    }
}
