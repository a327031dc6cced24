package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.spi.RequestTraits;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An operation as it is stored: everything that any node needs to send it. Immutable.
 *
 * <p>Leave credentials out, and add them when it is sent, with {@link Deliverer.Builder#finishing}: a stored request
 * may stay in the database for days.
 */
public final class OutboxRequest {
    private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

    private final IdempotencyKey key;
    private final String method;
    private final URI uri;
    private final Map<String, String> fields;
    private final byte[] body;
    private final Instant deadline;

    /**
     * An operation.
     *
     * @param fields its fields, without that of the key
     * @param deadline when to give up and park it; in the years 1970 to 9999
     * @throws IllegalArgumentException if the method is safe and so no operation, a field could not be sent, or the deadline is
     *     in another year
     */
    public OutboxRequest(
            IdempotencyKey key, String method, URI uri, Map<String, String> fields, byte[] body, Instant deadline) {
        if (!new RequestTraits(method, true).keyable()) {
            throw new IllegalArgumentException(method + " changes nothing, so there is nothing to deliver");
        }
        if (deadline.isBefore(Instant.EPOCH) || !deadline.isBefore(LATEST)) {
            throw new IllegalArgumentException("The deadline is in the years 1970 to 9999, and not " + deadline);
        }
        // Checks the rest as the client will when it is too late.
        HttpRequest.Builder check = HttpRequest.newBuilder(uri);
        fields.forEach(check::header);
        this.key = key;
        this.method = method;
        this.uri = uri;
        this.fields = new TreeMap<>(fields);
        this.body = body.clone();
        this.deadline = deadline;
    }

    IdempotencyKey key() {
        return key;
    }

    String method() {
        return method;
    }

    URI uri() {
        return uri;
    }

    byte[] body() {
        return body.clone();
    }

    Instant deadline() {
        return deadline;
    }

    String fieldLines() {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .collect(Collectors.joining("\n"));
    }

    Map<String, String> fields() {
        return Map.copyOf(fields);
    }

    static Map<String, String> parseFields(String lines) {
        return lines.lines()
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(field -> field[0], field -> field.length == 2 ? field[1] : ""));
    }

    @Override
    public String toString() {
        return method + " " + uri.getHost() + uri.getRawPath() + " with key " + key + ", " + body.length + " bytes";
    }
}
