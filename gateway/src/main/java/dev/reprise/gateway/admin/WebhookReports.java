package dev.reprise.gateway.admin;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.console.text.Choice;
import dev.reprise.outbox.OutboxState;
import io.micrometer.core.instrument.Counter;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** Counts what comes of the webhook's messages, and logs what an operator should know of it. Thread-safe. */
final class WebhookReports implements BiConsumer<IdempotencyKey, OutboxState> {
    private static final System.Logger LOG = System.getLogger(WebhookReports.class.getName());

    private final Map<OutboxState, Counter> rounds = new EnumMap<>(OutboxState.class);
    private final OnceAMinute lost = new OnceAMinute(InstantSource.system());
    private final AtomicBoolean away = new AtomicBoolean();
    private final String place;

    /** @param place the options with which {@code reprise outbox} finds the messages */
    WebhookReports(GatewayMetrics metrics, String place) {
        this.place = place;
        for (OutboxState state :
                Set.of(OutboxState.PENDING, OutboxState.DELIVERED, OutboxState.REFUSED, OutboxState.PARKED)) {
            rounds.put(
                    state,
                    metrics.counter(
                            "reprise.webhook.rounds",
                            "Calls of the webhook, by the state that their message is in afterwards",
                            "state",
                            Choice.written(state)));
        }
    }

    @Override
    public void accept(IdempotencyKey key, OutboxState state) {
        Counter counter = rounds.get(state);
        if (counter != null) {
            counter.increment();
        }
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
                            "The receiver of the webhook does not take messages; they wait, and it is tried again for a week. See {0}",
                            command(state));
                }
            }
            case REFUSED, PARKED -> {
                long others = lost.othersToTell();
                if (others >= 0) {
                    LOG.log(
                            Level.WARNING,
                            "The receiver of the webhook will not be told of an unknown outcome ({0}, {1}), and neither of {2} before. "
                                    + "See {3}",
                            key.value(),
                            Choice.written(state),
                            others,
                            command(state));
                }
            }
            case RESOLVED -> {
                // What an operator does.
            }
        }
    }

    /** A command to paste into a shell. */
    private String command(OutboxState state) {
        return "reprise outbox list --state " + Choice.written(state) + " " + place;
    }
}
