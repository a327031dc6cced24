package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import dev.reprise.OperationId;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.text.Choice;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.ConsoleConfig;
import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.gateway.config.WebhookConfig;
import dev.reprise.gateway.store.WebhookOutbox;
import dev.reprise.outbox.OutboxState;
import dev.reprise.spi.OperationStore;
import dev.reprise.webhook.UnknownWebhook;
import io.micrometer.core.instrument.Counter;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Has somebody told of unknown outcomes, if the settings say whom. Otherwise it does nothing, and nothing is loaded for it.
 * Thread-safe.
 */
public final class WebhookMount implements IdempotencyListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WebhookMount.class.getName());
    private static final Duration CONNECTING = Duration.ofSeconds(5);

    private final GatewayConfig config;
    private final OperationStore store;
    private final GatewayMetrics metrics;
    private final @Nullable WebhookOutbox outbox;
    private final OnceAMinute lost = new OnceAMinute(InstantSource.system());
    private final AtomicBoolean away = new AtomicBoolean();
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
        Map<OutboxState, Counter> rounds = new EnumMap<>(OutboxState.class);
        for (OutboxState state : OutboxState.values()) {
            if (state != OutboxState.RESOLVED) {
                rounds.put(
                        state,
                        metrics.counter(
                                "reprise.webhook.rounds",
                                "Calls of the webhook, by the state that their message is in afterwards",
                                "state",
                                Choice.written(state)));
            }
        }
        HttpClient connecting =
                HttpClient.newBuilder().connectTimeout(CONNECTING).build();
        client = connecting;
        UnknownWebhook.Builder builder = UnknownWebhook.of(store, outbox.outbox(), connecting, chosen.receiver())
                .after(chosen.after())
                .sender(name())
                .afterRound((key, state) -> {
                    Counter counter = rounds.get(state);
                    if (counter != null) {
                        counter.increment();
                    }
                    report(key, state);
                });
        Path authorization = chosen.authorizationFile();
        if (authorization != null) {
            builder.authorization(() -> WebhookConfig.authorization(authorization));
        }
        if (config.console().access() != ConsoleConfig.Access.OFF) {
            builder.console(pages(config.console(), admin));
        }
        webhook = builder.build().start();
    }

    /** Where the console shows all operations of a key. */
    private static Function<OperationId, URI> pages(ConsoleConfig console, Address admin) {
        String host = console.hosts().stream().min(Comparator.naturalOrder()).orElse(admin.toString());
        String place = (console.behindTls() ? "https://" : "http://") + host + ConsoleMount.PLACE + "/operations?";
        return id ->
                URI.create(place + OperationFilter.ofKey(id.key().value(), 1).conditions());
    }

    private void report(IdempotencyKey key, OutboxState state) {
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
        WebhookConfig chosen = config.webhook();
        Path file = chosen == null ? null : chosen.outbox();
        return "reprise outbox list --state " + Choice.written(state)
                + (file == null
                        ? " --database " + config.store() + " --table " + WebhookConfig.TABLE
                        : " --file " + file);
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
