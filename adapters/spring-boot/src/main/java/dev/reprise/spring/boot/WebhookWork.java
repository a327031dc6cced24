package dev.reprise.spring.boot;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import dev.reprise.outbox.Deliverer;
import dev.reprise.webhook.UnknownWebhook;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Somebody is told of unknown outcomes once the application has started, and until it begins to stop. What is not told by then is told
 * after the next start. Thread-safe.
 */
final class WebhookWork implements IdempotencyListener, SmartLifecycle {
    private final UnknownWebhook.Builder settings;
    private volatile @Nullable UnknownWebhook webhook;

    WebhookWork(UnknownWebhook.Builder settings) {
        this.settings = settings;
    }

    @Override
    public synchronized void start() {
        if (webhook == null) {
            webhook = settings.build().start();
        }
    }

    @Override
    public synchronized void stop() {
        UnknownWebhook open = webhook;
        if (open != null) {
            open.close();
            webhook = null;
        }
    }

    @Override
    public boolean isRunning() {
        return webhook != null;
    }

    @Override
    public void on(IdempotencyEvent event) {
        UnknownWebhook open = webhook;
        if (open != null) {
            open.on(event);
        }
    }

    /** What keeps messages from being sent, as far as this application can help it; empty if all is well. */
    List<String> problems() {
        UnknownWebhook open = webhook;
        Deliverer.Health health = open == null ? null : open.health();
        return health == null || health.working()
                ? List.of()
                : List.of("Nobody is told of unknown outcomes: " + health.trouble());
    }
}
