package dev.reprise.gateway.admin;

import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxException;
import dev.reprise.outbox.OutboxState;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Whether the webhook makes progress, and how many messages it has not delivered, up to {@value #MOST}: for metrics, the console and the
 * log. Looked at now and then, so that a scrape of metrics does not ask the outbox. Thread-safe.
 */
final class WebhookHealth {
    private static final System.Logger LOG = System.getLogger(WebhookHealth.class.getName());
    private static final int MOST = 10_000;

    private final Outbox outbox;
    private final Supplier<Deliverer.Health> health;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean stuck = new AtomicBoolean();
    private volatile int waiting;
    private volatile int parked;

    /** @param health of the webhook; does not block */
    WebhookHealth(GatewayMetrics metrics, Outbox outbox, Supplier<Deliverer.Health> health) {
        this.outbox = outbox;
        this.health = health;
        metrics.show(
                "reprise.webhook.healthy",
                "1 if the webhook makes progress, 0 if it does not",
                () -> health.get().working() ? 1 : 0);
        metrics.show("reprise.webhook.waiting", "Messages of the webhook that are not delivered yet", () -> waiting);
        metrics.show("reprise.webhook.parked", "Messages of the webhook that are not tried again", () -> parked);
    }

    /** What is wrong, in words; nothing if it makes progress. Does not block. */
    List<String> problems() {
        Deliverer.Health now = health.get();
        return now.working() ? List.of() : List.of("The webhook makes no progress: " + now.trouble());
    }

    /** Tells the operator if it makes no progress, and counts; keeps what it knows if the outbox does not answer. Blocks. */
    void look() {
        if (!looking.compareAndSet(false, true)) {
            // The outbox has not answered since the last time.
            return;
        }
        try {
            tell();
            waiting = outbox.count(OutboxState.PENDING, MOST);
            parked = outbox.count(OutboxState.PARKED, MOST);
        } catch (OutboxException e) {
            LOG.log(Level.DEBUG, "Messages of the webhook could not be counted: {0}", e.getMessage());
        } finally {
            looking.set(false);
        }
    }

    private void tell() {
        List<String> problems = problems();
        if (!problems.isEmpty()) {
            stuck.set(true);
            LOG.log(Level.WARNING, problems.getFirst());
        } else if (stuck.getAndSet(false)) {
            LOG.log(Level.INFO, "The webhook makes progress again");
        }
    }
}
