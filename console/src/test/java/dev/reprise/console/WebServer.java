package dev.reprise.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** The console in the server of the JDK: what an adapter has to do, and nothing else. */
final class WebServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private WebServer(HttpServer server) {
        this.server = server;
    }

    /** Starts with the console that is made for its port. */
    static WebServer start(IntFunction<Console> made) throws IOException {
        WebServer started =
                new WebServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        Console console = made.apply(started.server.getAddress().getPort());
        started.server.setExecutor(started.threads);
        started.server.createContext(ConsoleFixture.MOUNT, exchange -> answer(exchange, console));
        started.server.start();
        return started;
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, Console console) throws IOException {
        byte[] form = exchange.getRequestBody().readNBytes(Console.LONGEST_FORM + 1);
        ConsoleResponse response = console.handle(new ConsoleRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath().substring(ConsoleFixture.MOUNT.length()),
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
    }
}
