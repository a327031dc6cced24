package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import dev.reprise.OperationId;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.ConsoleConfig;
import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.gateway.config.WebhookConfig;
import dev.reprise.gateway.store.WebhookOutbox;
import dev.reprise.outbox.Deliverer;
import dev.reprise.spi.OperationStore;
import dev.reprise.webhook.UnknownWebhook;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Has somebody told of unknown outcomes, if the settings say whom. Otherwise it does nothing, and nothing is loaded for it.
 * Thread-safe.
 */
public final class WebhookMount implements IdempotencyListener, AutoCloseable {
    private static final Duration CONNECTING = Duration.ofSeconds(5);

    private final GatewayConfig config;
    private final OperationStore store;
    private final GatewayMetrics metrics;
    private final @Nullable WebhookOutbox outbox;
    private final @Nullable WebhookHealth health;
    private @Nullable HttpClient client;
    private volatile @Nullable UnknownWebhook webhook;

    /**
     * Opens the outbox, if there is one.
     *
     * @throws ConfigException if it cannot be opened; the message says what to do
     */
    public WebhookMount(GatewayConfig config, OperationStore store, GatewayMetrics metrics) {
        this.config = config;
        this.store = store;
        this.metrics = metrics;
        this.outbox = config.webhook() == null ? null : WebhookOutbox.open(config.webhook(), config.store());
        this.health = outbox == null ? null : new WebhookHealth(metrics, outbox.outbox(), this::progress);
    }

    private Deliverer.Health progress() {
        UnknownWebhook open = webhook;
        return open == null ? new Deliverer.Health(false, "It has not been started.") : open.health();
    }

    /** By what whoever is told finds this gateway. */
    private String name() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]+", "");
        } catch (UnknownHostException e) {
            host = "pid" + ProcessHandle.current().pid();
        }
        return "Reprise (" + host + ":" + config.listen().port() + ")";
    }

    /**
     * Begins to tell.
     *
     * @param admin where the operator connects
     */
    public synchronized void start(Address admin) {
        WebhookConfig chosen = config.webhook();
        if (chosen == null || outbox == null) {
            return;
        }
        HttpClient connecting =
                HttpClient.newBuilder().connectTimeout(CONNECTING).build();
        client = connecting;
        UnknownWebhook.Builder builder = UnknownWebhook.of(store, outbox.outbox(), connecting, chosen.receiver())
                .after(chosen.after())
                .sender(name())
                .afterRound(new WebhookReports(metrics, place(chosen)));
        Path authorization = chosen.authorizationFile();
        if (authorization != null) {
            builder.authorization(() -> WebhookConfig.authorization(authorization));
        }
        if (config.console().access() != ConsoleConfig.Access.OFF) {
            builder.console(pages(config.console(), admin));
        }
        webhook = builder.build().start();
        look();
    }

    /** What keeps it from telling, in words; nothing if nothing does. Does not block. */
    public List<String> problems() {
        return health == null ? List.of() : health.problems();
    }

    /** Counts messages, and tells the operator if it makes no progress: to be called each minute. Blocks. */
    public void look() {
        if (health != null) {
            health.look();
        }
    }

    /** The options with which a command finds the messages. */
    private String place(WebhookConfig chosen) {
        return chosen.outbox() == null
                ? "--database " + config.store() + " --table " + WebhookConfig.TABLE
                : "--file " + chosen.outbox();
    }

    /** Where the console shows all operations of a key. */
    private static Function<OperationId, URI> pages(ConsoleConfig console, Address admin) {
        String host = console.hosts().stream().min(Comparator.naturalOrder()).orElse(admin.toString());
        String place = (console.behindTls() ? "https://" : "http://") + host + ConsoleMount.PLACE + "/operations?";
        return id ->
                URI.create(place + OperationFilter.ofKey(id.key().value(), 1).conditions());
    }

    @Override
    public void on(IdempotencyEvent event) {
        UnknownWebhook open = webhook;
        if (open != null) {
            open.on(event);
        }
    }

    @Override
    public synchronized void close() {
        UnknownWebhook open = webhook;
        if (open != null) {
            open.close();
        }
        if (client != null) {
            client.shutdownNow();
        }
        if (outbox != null) {
            outbox.close();
        }
    }
}
