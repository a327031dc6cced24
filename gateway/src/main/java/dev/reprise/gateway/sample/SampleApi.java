package dev.reprise.gateway.sample;

import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConfigException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small service that moves money each time it is asked to, and so needs somebody in front that knows retries.
 *
 * <p>{@code POST /v1/charges} (form or JSON; the customer {@code declined} has no money), {@code POST /payment/{to}} and
 * {@code POST /receipts} (JSON), {@code PUT} and {@code DELETE
 * /domains/{domain}/records/{name}}, {@code GET /ledger}. The field {@code Sample-Fault} asks for failures.
 */
public final class SampleApi implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();
    private static final Pattern PAYMENT = Pattern.compile("/payment/([^/]+)");
    private static final Pattern RECORD = Pattern.compile("/domains/([^/]+)/records/([^/]+)");
    /** Pages may call it from anywhere; what they need for keys is not its business. */
    private static final Map<String, String> PREFLIGHT = Map.of(
            "Access-Control-Allow-Methods", "GET, POST, PUT, DELETE", "Access-Control-Allow-Headers", "content-type");

    /** The customer whose card is declined. */
    private static final String DECLINED = "declined";

    private static final int LONGEST_BODY = 1 << 20;
    private static final long MOST_MONEY = 1_000_000_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private final Ledger ledger = new Ledger();
    private final HttpServer server;

    private SampleApi(Address address) {
        server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(60))
                .requestHandler(this::handle);
        try {
            server.listen(address.port(), address.host())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            vertx.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ConfigException("The sample API cannot listen at " + address + ": " + cause.getMessage(), e);
        } catch (InterruptedException e) {
            vertx.close();
            Thread.currentThread().interrupt();
            throw new ConfigException("Interrupted while the sample API started", e);
        }
    }

    /**
     * Starts the service, and returns when it serves.
     *
     * @throws ConfigException if it cannot listen there
     */
    public static SampleApi start(Address address) {
        return new SampleApi(address);
    }

    /** The port it listens at. */
    public int port() {
        return server.actualPort();
    }

    /** What it has done so far. */
    public Ledger ledger() {
        return ledger;
    }

    private void handle(HttpServerRequest request) {
        Fault fault;
        try {
            fault = Optional.ofNullable(request.getHeader(Fault.FIELD))
                    .map(Fault::parse)
                    .orElse(Fault.NONE);
        } catch (IllegalArgumentException e) {
            send(request, new Reply(400, error(String.valueOf(e.getMessage()))));
            return;
        }
        request.body().onSuccess(body -> {
            if (fault.pause().isZero()) {
                work(request, body, fault);
            } else {
                vertx.setTimer(fault.pause().toMillis(), timer -> work(request, body, fault));
            }
        });
    }

    private void work(HttpServerRequest request, Buffer body, Fault fault) {
        if (fault.kind() == Fault.Kind.CRASH_BEFORE) {
            request.connection().close();
            return;
        }
        Reply reply;
        try {
            reply = body.length() > LONGEST_BODY ? new Reply(413, error("The body is too long")) : route(request, body);
        } catch (JacksonException e) {
            reply = new Reply(400, error("The body is not JSON"));
        } catch (IllegalArgumentException e) {
            reply = new Reply(400, error(String.valueOf(e.getMessage())));
        }
        switch (fault.kind()) {
            case CRASH -> request.connection().close();
            case LOST_RESPONSE -> sendHalf(request, reply);
            case ERROR -> send(request, new Reply(500, error("It was done, and then something broke")));
            case NONE, CRASH_BEFORE -> send(request, reply);
        }
    }

    /**
     * An answer.
     *
     * @param body what is sent as JSON; null if nothing is
     */
    private record Reply(int status, @Nullable Object body, Map<String, String> headers) {
        private Reply(int status, @Nullable Object body) {
            this(status, body, Map.of());
        }

        private Buffer bytes() {
            return body == null
                    ? Buffer.buffer()
                    : Buffer.buffer(JSON.writeValueAsBytes(body)).appendString("\n");
        }
    }

    private record Charge(String id, String object, long amount, String currency, String customer, String status) {}

    private record DnsRecord(String name, String value) {}

    private record Contents(List<Ledger.Entry> entries, Map<String, String> records) {}

    private Reply route(HttpServerRequest request, Buffer body) {
        if (request.method().equals(HttpMethod.OPTIONS)) {
            return new Reply(204, null, PREFLIGHT);
        }
        String path = request.path();
        Matcher payment = PAYMENT.matcher(path);
        Matcher record = RECORD.matcher(path);
        if (path.equals("/ledger")) {
            return method(request, "GET", () -> new Reply(200, new Contents(ledger.entries(), ledger.records())));
        }
        if (path.equals("/v1/charges")) {
            return method(request, "POST", () -> charge(request, body));
        }
        if (path.equals("/receipts")) {
            return method(request, "POST", () -> receipt(body));
        }
        if (payment.matches()) {
            return method(request, "POST", () -> pay(payment.group(1), body));
        }
        if (record.matches()) {
            String name = record.group(2) + "." + record.group(1);
            return switch (request.method().name()) {
                case "PUT" -> put(name, body);
                case "DELETE" -> {
                    ledger.delete(name);
                    yield new Reply(204, null);
                }
                default -> new Reply(405, error("Use PUT or DELETE"), Map.of("Allow", "PUT, DELETE"));
            };
        }
        return new Reply(
                404,
                error("There is /v1/charges, /payment/{to}, /receipts, /domains/{domain}/records/{name}, /ledger"));
    }

    private static Reply method(HttpServerRequest request, String only, Supplier<Reply> action) {
        return request.method().name().equals(only)
                ? action.get()
                : new Reply(405, error("Use " + only), Map.of("Allow", only));
    }

    private Reply charge(HttpServerRequest request, Buffer body) {
        String type = Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_TYPE))
                .orElse("")
                .split(";", 2)[0]
                .strip();
        String customer;
        String currency;
        long amount;
        switch (type) {
            case "application/x-www-form-urlencoded" -> {
                Map<String, String> form = Form.parse(body.toString());
                customer = form.getOrDefault("customer", "anonymous");
                currency = form.getOrDefault("currency", "eur");
                amount = amount(form.getOrDefault("amount", ""));
            }
            case "application/json" -> {
                JsonNode json = JSON.readTree(body.toString());
                customer = json.path("customer").asString("anonymous");
                currency = json.path("currency").asString("eur");
                amount = amount(json.path("amount").asString(""));
            }
            default -> {
                return new Reply(415, error("Send application/x-www-form-urlencoded or application/json"));
            }
        }
        if (customer.equals(DECLINED)) {
            return new Reply(
                    402,
                    Map.of(
                            "error",
                            Map.of(
                                    "type", "card_error",
                                    "code", "card_declined",
                                    "message", "The card was declined")));
        }
        Ledger.Entry entry = ledger.move("charge", customer, amount, currency);
        return new Reply(
                200,
                new Charge("ch_" + entry.id(), "charge", entry.amount(), entry.currency(), entry.to(), "succeeded"));
    }

    private Reply pay(String to, Buffer body) {
        JsonNode json = JSON.readTree(body.toString());
        Ledger.Entry entry =
                ledger.move("payment", to, amount(json.path("amount").asString("")), "eur");
        return new Reply(201, entry, Map.of("Location", "/payment/" + to + "/" + entry.id()));
    }

    private Reply receipt(Buffer body) {
        JsonNode json = JSON.readTree(body.toString());
        String to = json.path("to").asString("anonymous");
        return new Reply(
                201, ledger.move("receipt", to, amount(json.path("amount").asString("")), "eur"));
    }

    private Reply put(String name, Buffer body) {
        String value = JSON.readTree(body.toString()).path("value").asString("");
        boolean replaced = ledger.put(name, value).isPresent();
        return new Reply(replaced ? 200 : 201, new DnsRecord(name, value));
    }

    private static long amount(String text) {
        try {
            long amount = Long.parseLong(text);
            if (amount > 0 && amount <= MOST_MONEY) {
                return amount;
            }
        } catch (NumberFormatException e) {
            // The same answer as to a number out of range.
        }
        throw new IllegalArgumentException("amount is a whole number from 1 to " + MOST_MONEY);
    }

    private static Map<String, Map<String, String>> error(String message) {
        return Map.of("error", Map.of("message", message));
    }

    private static void send(HttpServerRequest request, Reply reply) {
        head(request, reply);
        request.response().end(reply.bytes());
    }

    /** Announces the whole answer and breaks off in its middle. */
    private static void sendHalf(HttpServerRequest request, Reply reply) {
        Buffer whole = reply.bytes();
        if (whole.length() == 0) {
            request.connection().close();
            return;
        }
        head(request, reply);
        request.response()
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(whole.length()))
                .write(whole.slice(0, whole.length() / 2))
                .onComplete(half -> request.connection().close());
    }

    /** Among the fields are some that belong to this exchange alone, as real services send them (S18). */
    private static void head(HttpServerRequest request, Reply reply) {
        String exchange = UUID.randomUUID().toString();
        request.response()
                .setStatusCode(reply.status())
                .putHeader("Request-Id", exchange)
                .putHeader(HttpHeaders.SET_COOKIE, "last-exchange=" + exchange)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        reply.headers().forEach(request.response()::putHeader);
        if (reply.body() != null) {
            request.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
