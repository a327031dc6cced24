package dev.reprise.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that others call, with a fault in its first answer to each key, which the key chooses: none, slow, refused without
 * having done anything, or lost after everything was done.
 *
 * <p>{@code POST /keyed} does things once for each key. {@code POST /plain} does them as often as it is asked to, and
 * {@code GET /plain} says whether it was. {@code GET /applied} lists how often each thing was done. Prints its port.
 */
final class FakePeer {
    private final Map<String, AtomicInteger> applied = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

    private FakePeer() {}

    public static void main(String[] arguments) throws IOException {
        FakePeer peer = new FakePeer();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/keyed", exchange -> peer.serve(exchange, true));
        server.createContext("/plain", exchange -> peer.serve(exchange, false));
        server.createContext("/applied", peer::list);
        server.start();
        System.out.println("port " + server.getAddress().getPort());
    }

    /** The query is the thing to do, by operation and step, and the body the key. */
    private void serve(HttpExchange exchange, boolean keyed) throws IOException {
        String what = exchange.getRequestURI().getPath() + " "
                + exchange.getRequestURI().getQuery();
        String key = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        if (exchange.getRequestMethod().equals("GET")) {
            answer(exchange, 200, applied.containsKey(what + " ") ? "yes" : "no");
            return;
        }
        String thing = what + " " + (keyed ? key : "");
        int call = calls.computeIfAbsent(thing, ignored -> new AtomicInteger()).incrementAndGet();
        int fault = call == 1 ? Math.floorMod(thing.hashCode(), 4) : 0;
        if (fault == 1) {
            answer(exchange, 503, "not now");
            return;
        }
        AtomicInteger times = applied.computeIfAbsent(thing, ignored -> new AtomicInteger());
        if (!keyed || times.get() == 0) {
            times.incrementAndGet();
        }
        if (fault == 2) {
            exchange.close();
            return;
        }
        if (fault == 3) {
            pause();
        }
        answer(exchange, 200, "done");
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void list(HttpExchange exchange) throws IOException {
        StringBuilder lines = new StringBuilder();
        applied.forEach(
                (thing, times) -> lines.append(times).append(' ').append(thing).append('\n'));
        answer(exchange, 200, lines.toString());
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
