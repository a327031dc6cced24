package dev.reprise.examples.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/** Another company that charges cards, in a process that nobody kills. It recognises keys. Thread-safe. */
final class OutsideProvider implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> byKey = new ConcurrentHashMap<>();
    /** By the card, as each is charged by one operation here. */
    private final Map<String, Integer> charges = new ConcurrentHashMap<>();

    OutsideProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/provider/charges", this::charge);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** How often a card was charged. */
    int charges(String card) {
        return charges.getOrDefault(card, 0);
    }

    private void charge(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String card = JsonMapper.shared().readTree(body).get("card").asString();
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            byte[] answer = byKey.computeIfAbsent(key, unused -> {
                        charges.merge(card, 1, Integer::sum);
                        return "{\"id\":\"" + UUID.randomUUID() + "\",\"card\":\"" + card + "\",\"cents\":100}";
                    })
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
