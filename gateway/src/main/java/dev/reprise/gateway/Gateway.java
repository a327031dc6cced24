package dev.reprise.gateway;

import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyException;
import dev.reprise.IdempotencyListener;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.encryption.Encryption;
import dev.reprise.gateway.admin.AdminServer;
import dev.reprise.gateway.admin.ConsoleMount;
import dev.reprise.gateway.admin.GatewayMetrics;
import dev.reprise.gateway.admin.Health;
import dev.reprise.gateway.admin.OperatorLog;
import dev.reprise.gateway.admin.ReadinessProbe;
import dev.reprise.gateway.admin.UnfinishedOperations;
import dev.reprise.gateway.admin.WebhookMount;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.ConsoleConfig;
import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.gateway.config.Reason;
import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.gateway.operations.AdminAccess;
import dev.reprise.gateway.proxy.ConnectionGate;
import dev.reprise.gateway.proxy.FailureText;
import dev.reprise.gateway.proxy.GatedTransport;
import dev.reprise.gateway.proxy.KeyPairs;
import dev.reprise.gateway.proxy.MemoryBudget;
import dev.reprise.gateway.proxy.ProxyVerticle;
import dev.reprise.gateway.proxy.ServiceReconcilers;
import dev.reprise.gateway.store.OpenStore;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A reverse proxy that makes the service behind it safe to retry, on an embedded store or a database.
 *
 * <p>Thread-safe. {@link #close} takes no further work, finishes what has begun, and gives everything back.
 */
public final class Gateway implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** What does not answer within this time is dead, or as good as that. */
    private static final Duration LIVENESS = Duration.ofSeconds(5);
    /** How often unfinished operations are counted, and messages of the webhook. */
    private static final Duration COUNTING = Duration.ofMinutes(1);
    /** How often a pause for what is old is worth it at most. */
    private static final Duration TIDYING = Duration.ofMinutes(1);

    private final GatewayConfig config;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final List<ProxyVerticle> proxies = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AdminAccess admin;
    private volatile boolean draining;
    private volatile boolean losing;

    private Gateway(GatewayConfig config, EngineRuntime runtime) {
        this.config = config;
        try {
            admin = start(runtime);
        } catch (RuntimeException | Error e) {
            undoAll();
            throw e;
        }
    }

    /**
     * Starts a gateway, and returns when it serves.
     *
     * @throws ConfigException if it cannot start; the message is one line that says what to change
     */
    public static Gateway start(GatewayConfig config) {
        return start(config, EngineRuntime.system());
    }

    static Gateway start(GatewayConfig config, EngineRuntime runtime) {
        return new Gateway(config, runtime);
    }

    private AdminAccess start(EngineRuntime runtime) {
        StoreLocation from = config.moveFrom();
        OpenStore opened = (from == null ? OpenStore.at(config.store()) : OpenStore.moving(from, config.store()))
                .encrypted(Objects.requireNonNullElseGet(config.encryption(), Encryption::none));
        undo.push(opened::close);
        OperationStore store = opened.operations();
        losing = store.capabilities().contains(StoreCapability.LOSING);
        GatewayMetrics metrics = new GatewayMetrics();
        metrics.watch(opened);
        UnfinishedOperations unfinished = new UnfinishedOperations(new StoreOperations(store));
        unfinished.report(config.store() instanceof StoreLocation.Folder);
        metrics.show("reprise.operations.abandoned", "Operations that a crash has cut off", unfinished::abandoned);
        metrics.show("reprise.operations.unknown", "Operations whose outcome is unknown", unfinished::unknown);
        undo.push(metrics::close);
        WebhookMount webhook = new WebhookMount(config, store, metrics);
        undo.push(webhook::close);
        MemoryBudget budget = MemoryBudget.ofThisProcess();
        ConnectionGate gate =
                new ConnectionGate(budget, Descriptors.most(config.limits().connections()), config);
        metrics.show("reprise.memory.limit", "Bytes that may be held for callers", budget::limit);
        metrics.show("reprise.memory.held", "Bytes that are held for callers", budget::held);
        metrics.show("reprise.memory.direct", "Bytes in use outside of the heap for connections", MemoryBudget::direct);
        metrics.show("reprise.connections", "Connections of callers", gate::connections);
        Vertx vertx = vertx(new VertxOptions(), GatedTransport.behind(gate));
        KeyPairs.require(vertx, config);
        IdempotencyListener events = metrics.events().andThen(new OperatorLog()).andThen(webhook);
        // Where nobody looks, nothing is counted.
        Activity activity = hasConsole() ? new Activity(InstantSource.system()) : null;
        IdempotencyEngine engine = IdempotencyEngine.over(store)
                .listener(activity == null ? events : events.andThen(activity))
                .runtime(runtime)
                .build();
        undo.push(engine::close);
        ServiceReconcilers reconcilers = new ServiceReconcilers(vertx, config, budget);
        HttpIdempotency idempotency = new HttpIdempotency(
                engine, config.routes().stream().map(reconcilers::equip).toList(), config.names(), config.cors());
        listen(
                "listen",
                config.listen(),
                vertx.deployVerticle(
                        () -> {
                            ProxyVerticle proxy = new ProxyVerticle(config, idempotency, budget, threads, metrics);
                            synchronized (proxies) {
                                proxies.add(proxy);
                            }
                            return proxy;
                        },
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors())));
        undo.push(this::drain);
        // What tells whether event loops are alive has one of its own.
        Vertx apart = vertx(new VertxOptions().setEventLoopPoolSize(1), Transport.NIO);
        apart.setPeriodic(
                COUNTING.toMillis(), timer -> apart.executeBlocking(Executors.callable(unfinished::count), false));
        apart.setPeriodic(
                COUNTING.toMillis(), timer -> apart.executeBlocking(Executors.callable(webhook::look), false));
        OldGeneration.ofThisProcess()
                .ifPresent(old -> apart.setPeriodic(
                        TIDYING.toMillis(), timer -> apart.executeBlocking(Executors.callable(old::look), false)));
        Health health = new Health(LIVENESS, engine::problems);
        synchronized (proxies) {
            for (int i = 0; i < proxies.size(); i++) {
                health.watch("event loop " + (i + 1), proxies.get(i)::ping);
            }
        }
        health.watch(
                "virtual threads", () -> Future.fromCompletionStage(CompletableFuture.runAsync(() -> {}, threads)));
        AuditLog audit = audit();
        ConsoleMount console = new ConsoleMount(
                config.console(),
                () -> new StoreOperations(store, opened.resumable(), audit, idempotency.reconciling()),
                () -> Stream.concat(engine.problems().stream(), webhook.problems().stream())
                        .toList(),
                config.store() + (config.encryption() == null ? "" : ", encrypted"),
                activity);
        undo.push(console::close);
        AdminServer server = new AdminServer(
                apart,
                metrics,
                new StoreOperations(store, null, audit, idempotency.reconciling()),
                health,
                ready(store, engine),
                console);
        AdminAccess access = listen("admin", config.admin(), server.start(config.admin()));
        leave(access);
        webhook.start(access.address());
        return access;
    }

    /** Where it is written down what operators do; the file is made when they do something. */
    private AuditLog audit() {
        Path file = config.console().auditFile();
        AuditLog audit = file == null ? AuditLog.inLogOnly() : new FileAuditLog(file, InstantSource.system());
        undo.push(audit::close);
        return audit;
    }

    /** Whether there is a console. */
    public boolean hasConsole() {
        return config.console().access() != ConsoleConfig.Access.OFF;
    }

    /** Throws if no request can be protected at the moment. */
    private Runnable ready(OperationStore store, IdempotencyEngine engine) {
        ReadinessProbe probe = new ReadinessProbe(store);
        return () -> {
            if (draining) {
                throw new IdempotencyException("The gateway is stopping", null);
            }
            List<String> problems = engine.problems();
            if (!problems.isEmpty()) {
                throw new IdempotencyException(String.join(", ", problems), null);
            }
            probe.run();
        };
    }

    private Vertx vertx(VertxOptions options, Transport transport) {
        Vertx vertx = Vertx.builder()
                .with(options.setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)))
                .withTransport(transport)
                .build();
        vertx.exceptionHandler(Gateway::unexpected);
        undo.push(() -> await(vertx.close()));
        return vertx;
    }

    private static void unexpected(Throwable failure) {
        FailureText.escalate(failure);
        LOG.log(Level.ERROR, "An event loop met a failure that nobody expected", failure);
    }

    /** A folder is open to nobody else, so commands ask the gateway; in a database they see for themselves. */
    private void leave(AdminAccess access) {
        if (config.store() instanceof StoreLocation.Folder(Path folder)) {
            leave(access, folder);
        }
    }

    private void leave(AdminAccess access, Path folder) {
        try {
            access.write(folder);
        } catch (IOException e) {
            throw new ConfigException("The store folder " + folder + " cannot be written to: " + Reason.of(e), e);
        }
        undo.push(() -> {
            try {
                AdminAccess.remove(folder);
            } catch (IOException e) {
                LOG.log(
                        Level.WARNING,
                        "The file that tells commands of this gateway is left behind: {0}",
                        e.toString());
            }
        });
    }

    /** Waits until something listens, or says why it cannot. */
    private static <T> T listen(String setting, Address address, Future<T> started) {
        try {
            return started.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            // Linux's own sockets do not throw a BindException.
            if (cause instanceof IOException
                    && String.valueOf(cause.getMessage()).contains("in use")) {
                throw new ConfigException(
                        "Something else listens at " + address + "; stop it, or choose another --" + setting, e);
            }
            throw new ConfigException(
                    "The gateway cannot listen at " + address + " (--" + setting + "): "
                            + FailureText.describe(cause == null ? e : cause),
                    e);
        } catch (TimeoutException e) {
            throw new ConfigException("The gateway does not get to listen at " + address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("Interrupted while the gateway started", e);
        }
    }

    /** Where callers connect. */
    public Address address() {
        synchronized (proxies) {
            return new Address(config.listen().host(), proxies.get(0).port());
        }
    }

    /** Whether its store can lose what it has acknowledged. */
    public boolean mayLoseRecords() {
        return losing;
    }

    /** Where the operator connects. */
    public Address admin() {
        return admin.address();
    }

    /** Stops taking work and waits until everything that has begun is done, or the time for that is over. */
    private void drain() {
        draining = true;
        List<Future<Integer>> drained;
        synchronized (proxies) {
            drained = proxies.stream().map(proxy -> proxy.drain(config.drain())).toList();
        }
        await(Future.join(drained));
        int unfinished = drained.stream()
                .filter(Future::succeeded)
                .mapToInt(Future::result)
                .sum();
        if (unfinished > 0) {
            LOG.log(Level.WARNING, "Some operations are not finished; retries learn that their outcome is unknown");
        }
        threads.shutdown();
    }

    private void await(Future<?> future) {
        try {
            future.toCompletionStage()
                    .toCompletableFuture()
                    .get(config.drain().plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.WARNING, "Stopping did not go well: {0}", FailureText.describe(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        undoAll();
    }

    private void undoAll() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }
}
