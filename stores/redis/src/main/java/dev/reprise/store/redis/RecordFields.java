package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.ResponseCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The fields of a record's hash, in the order in which the scripts answer them, and what they mean. */
final class RecordFields {
    private static final int ID = 0;
    private static final int FINGERPRINT = 1;
    private static final int TOKEN = 2;
    private static final int ATTEMPT = 3;
    private static final int CREATED = 4;
    private static final int STATE = 5;
    private static final int OWNER = 6;
    private static final int UNTIL = 7;
    private static final int SINCE = 8;
    private static final int REASON = 9;
    private static final int HEAD = 10;
    private static final int BODY = 11;

    private static final int ROUND_UP = 999;
    private static final int NANOS_PER_MICRO = 1000;

    private RecordFields() {}

    /** The whole id: none of its parts holds a line end. */
    static byte[] id(OperationId id) {
        return (id.scope().principal() + "\n" + id.scope().route() + "\n"
                        + id.key().value())
                .getBytes(UTF_8);
    }

    static byte[] fingerprint(RequestFingerprint fingerprint) {
        byte[] digest = fingerprint.digest();
        return ByteBuffer.allocate(Integer.BYTES + digest.length)
                .putInt(fingerprint.version())
                .put(digest)
                .array();
    }

    static byte[] owner(Owner owner) {
        return (owner.claim() + ":" + owner.node()).getBytes(UTF_8);
    }

    /** What listings need of a response. */
    static byte[] head(Response response) {
        return ResponseCodec.encode(response.withBody(Body.OMITTED));
    }

    static byte[] text(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    /** In microseconds, as the scripts count, and rather longer than shorter. */
    static byte[] micros(Duration duration) {
        return text((duration.toNanos() + ROUND_UP) / NANOS_PER_MICRO);
    }

    /** A number that a script answered. */
    static long number(@Nullable Object answered) {
        return answered instanceof Long number
                ? number
                : Long.parseLong(new String((byte[]) Objects.requireNonNull(answered), US_ASCII));
    }

    static Instant instant(@Nullable Object micros) {
        return Instant.EPOCH.plus(number(micros), ChronoUnit.MICROS);
    }

    /** The record that a script answered; null if there is none. */
    static @Nullable OperationRecord record(List<? extends @Nullable Object> fields) {
        if (fields.get(STATE) == null) {
            return null;
        }
        try {
            ByteBuffer fingerprint = ByteBuffer.wrap(bytes(fields, FINGERPRINT));
            int version = fingerprint.getInt();
            byte[] digest = new byte[fingerprint.remaining()];
            fingerprint.get(digest);
            return new OperationRecord(
                    id(fields),
                    new RequestFingerprint(version, digest),
                    new FencingToken(number(fields.get(TOKEN))),
                    Math.toIntExact(number(fields.get(ATTEMPT))),
                    instant(fields.get(CREATED)),
                    state(fields));
        } catch (RuntimeException e) {
            throw new StoreException("A record in Redis is damaged, or was written by a newer release", e);
        }
    }

    private static OperationId id(List<? extends @Nullable Object> fields) {
        String[] parts = string(fields, ID).split("\n", -1);
        return new OperationId(new Scope(parts[0], parts[1]), new IdempotencyKey(parts[2]));
    }

    private static OperationState state(List<? extends @Nullable Object> fields) {
        Instant until = instant(fields.get(UNTIL));
        return switch (string(fields, STATE)) {
            case "running" -> new Running(owner(string(fields, OWNER)), until);
            case "unknown" -> new Unknown(string(fields, REASON), instant(fields.get(SINCE)), until);
            case "completed" -> new Completed(response(fields), instant(fields.get(SINCE)), until);
            default -> throw new IllegalArgumentException("The unknown state " + string(fields, STATE));
        };
    }

    private static Owner owner(String text) {
        int colon = text.indexOf(':');
        return new Owner(text.substring(colon + 1), Long.parseLong(text.substring(0, colon)));
    }

    private static Response response(List<? extends @Nullable Object> fields) {
        Response head = ResponseCodec.decode(bytes(fields, HEAD));
        return fields.get(BODY) instanceof byte[] body ? head.withBody(Body.of(body)) : head;
    }

    private static String string(List<? extends @Nullable Object> fields, int field) {
        return new String(bytes(fields, field), UTF_8);
    }

    private static byte[] bytes(List<? extends @Nullable Object> fields, int field) {
        return (byte[]) Objects.requireNonNull(fields.get(field));
    }
}
