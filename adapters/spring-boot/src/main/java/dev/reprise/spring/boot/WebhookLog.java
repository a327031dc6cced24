package dev.reprise.spring.boot;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.OutboxState;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** Logs what an operator should know of the webhook's messages: a receiver that is away, once, and whatever nobody will be told. Thread-safe. */
final class WebhookLog implements BiConsumer<IdempotencyKey, OutboxState> {
    private static final System.Logger LOG = System.getLogger(WebhookLog.class.getName());

    private final AtomicBoolean away = new AtomicBoolean();
    private final String place;

    /** @param place the options with which {@code reprise outbox} finds the messages */
    WebhookLog(String place) {
        this.place = place;
    }

    @Override
    public void accept(IdempotencyKey key, OutboxState state) {
        String name = state.name().toLowerCase(Locale.ROOT);
        switch (state) {
            case DELIVERED -> {
                if (away.getAndSet(false)) {
                    LOG.log(Level.INFO, "The receiver of the webhook takes messages again");
                }
            }
            case PENDING -> {
                if (!away.getAndSet(true)) {
                    LOG.log(
                            Level.WARNING,
                            "The receiver of the webhook does not take messages; they wait, and it is tried again for a week");
                }
            }
            case REFUSED, PARKED ->
                LOG.log(
                        Level.WARNING,
                        "The receiver of the webhook will not be told of an unknown outcome ({0}, {1}). See reprise outbox list --state {1} {2}",
                        key.value(),
                        name,
                        place);
            case RESOLVED -> {
                // What an operator does.
            }
        }
    }
}
