package dev.reprise.gateway.admin;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Whether the process is worth keeping: each of its parts has to give a sign of life, and one that does not is not
 * mended by waiting. Set up by one thread, then thread-safe.
 */
public final class Health {
    private final Duration patience;
    private final List<Part> parts = new ArrayList<>();

    /** Something that has to live. */
    private record Part(String name, Supplier<Future<?>> ping) {}

    /**
     * Nothing to watch yet.
     *
     * @param patience how long a sign of life may take
     */
    public Health(Duration patience) {
        this.patience = patience;
    }

    /**
     * Watches a part.
     *
     * @param ping asks it for a sign of life; fails, or never completes, if it is dead
     */
    public void watch(String name, Supplier<Future<?>> ping) {
        parts.add(new Part(name, ping));
    }

    /** The names of the parts that give no sign of life. Never fails. */
    Future<List<String>> dead() {
        List<Future<String>> signs = parts.stream().map(this::sign).toList();
        return Future.all(signs)
                .map(all -> all.<String>list().stream()
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    /** The name of a dead part, or nothing. */
    private Future<String> sign(Part part) {
        Future<?> answer;
        try {
            answer = part.ping().get();
        } catch (RuntimeException e) {
            return Future.succeededFuture(part.name());
        }
        return answer.map("")
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(part.name());
    }
}
