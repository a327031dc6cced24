package dev.reprise.console.oidc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reprise.console.Console;
import dev.reprise.console.ConsoleRequest;
import dev.reprise.console.ConsoleResponse;
import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.memory.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A console at 127.0.0.1, for operators of the group oncall and viewers of the group payments. */
final class MountedConsole implements AutoCloseable {
    private static final String MOUNT = "/console";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final MemoryStore store = new MemoryStore();
    private final OidcProvider provider;
    private final Console console;

    private MountedConsole(HttpServer server, OidcSettings settings) {
        this.server = server;
        this.provider = new OidcProvider(settings);
        String host = "127.0.0.1:" + server.getAddress().getPort();
        this.console = new Console(
                ConsoleSettings.at(MOUNT, Set.of(host)).provider(provider).build(), new StoreOperations(store));
    }

    /** Starts one that a provider lets people into. */
    static MountedConsole start(URI issuer, String client, @Nullable String secret) throws IOException {
        OidcSettings settings = new OidcSettings(
                issuer,
                client,
                secret,
                Set.of("profile"),
                "preferred_username",
                "groups",
                Set.of("oncall"),
                Set.of("payments"),
                Duration.ofHours(1));
        MountedConsole started = new MountedConsole(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), settings);
        started.server.setExecutor(started.threads);
        started.server.createContext(MOUNT, started::answer);
        started.server.start();
        return started;
    }

    /** An address of the console. */
    URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + MOUNT + path);
    }

    String callback() {
        return at("/sign-in/callback").toString();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] form = exchange.getRequestBody().readNBytes(Console.LONGEST_FORM + 1);
        ConsoleResponse response = console.handle(new ConsoleRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath().substring(MOUNT.length()),
                exchange.getRequestURI().getRawQuery(),
                new String(form, StandardCharsets.UTF_8),
                exchange.getRequestHeaders()::getFirst,
                exchange.getRemoteAddress().getAddress().getHostAddress()));
        response.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] body = response.body().bytes();
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        console.close();
        provider.close();
        store.close();
    }
}
