package dev.reprise.gateway.proxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The protected requests that are worked on, with or without their callers. Used on their event loop. */
final class Exchanges {
    /** What was given up gets so long to have that recorded. */
    private static final Duration LAST_CHANCE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Set<ProtectedExchange> open = new HashSet<>();
    private @Nullable Runnable whenAllEnded;

    Exchanges(Vertx vertx) {
        this.vertx = vertx;
    }

    void begin(ProtectedExchange exchange) {
        open.add(exchange);
    }

    void end(ProtectedExchange exchange) {
        open.remove(exchange);
        if (open.isEmpty() && whenAllEnded != null) {
            whenAllEnded.run();
        }
    }

    /**
     * Waits until all have ended, and stops those that take longer than that.
     *
     * @return how many were stopped
     */
    Future<Integer> drain(Duration atMost) {
        return awaitEnds(atMost).compose(ended -> {
            List<ProtectedExchange> late = List.copyOf(open);
            late.forEach(ProtectedExchange::stop);
            return awaitEnds(LAST_CHANCE).map(late.size());
        });
    }

    private Future<Void> awaitEnds(Duration atMost) {
        Promise<Void> over = Promise.promise();
        if (open.isEmpty()) {
            over.complete();
            return over.future();
        }
        whenAllEnded = over::tryComplete;
        long timer = vertx.setTimer(Math.max(1, atMost.toMillis()), late -> over.tryComplete());
        return over.future().onComplete(done -> vertx.cancelTimer(timer));
    }
}
