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
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record as one string, which the scripts read and write: a line with what they compare, and behind it what they do not look into.
 *
 * <p>The line has, with a blank between them: the state, which is {@code r} for running, {@code w} for running while somebody waits for
 * its end, {@code u} for unknown and {@code c} for completed; until when that holds (the end of the lease or of the retention, or when
 * somebody may ask again what happened); token; attempt; when it was created; since when it is in this state; and three lengths: of the
 * id, of the id and the fingerprint, and of the text behind them. The text is the owner, the reason or the head of the response. What
 * remains is the body. Times are in microseconds.
 */
final class RecordText {
    private static final int STATE = 0;
    private static final int UNTIL = 1;
    private static final int TOKEN = 2;
    private static final int ATTEMPT = 3;
    private static final int CREATED = 4;
    private static final int SINCE = 5;
    private static final int ID_LENGTH = 6;
    private static final int ABOUT_LENGTH = 7;
    private static final int TEXT_LENGTH = 8;

    private static final int ROUND_UP = 999;
    private static final int NANOS_PER_MICRO = 1000;

    private RecordText() {}

    /** The whole id: none of its parts holds a line end. */
    static byte[] id(OperationId id) {
        return (id.scope().principal() + "\n" + id.scope().route() + "\n"
                        + id.key().value())
                .getBytes(UTF_8);
    }

    /** The id and the fingerprint. */
    static byte[] about(byte[] id, RequestFingerprint fingerprint) {
        byte[] digest = fingerprint.digest();
        return ByteBuffer.allocate(id.length + Integer.BYTES + digest.length)
                .put(id)
                .putInt(fingerprint.version())
                .put(digest)
                .array();
    }

    static byte[] owner(Owner owner) {
        return (owner.claim() + ":" + owner.node()).getBytes(UTF_8);
    }

    /** What listings need of a response, and whether it has a body. */
    static byte[] head(Response response) {
        return ResponseCodec.encode(response.body().isOmitted() ? response : response.withBody(Body.EMPTY));
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

    /** The server's time, as it says it. */
    static Instant time(@Nullable Object seconds, @Nullable Object micros) {
        return Instant.ofEpochSecond(number(seconds), number(micros) * NANOS_PER_MICRO);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** Whether the record that begins like that is running. */
    static boolean isRunning(byte[] beginning) {
        return beginning.length > 0 && (beginning[0] == 'r' || beginning[0] == 'w');
    }

    /** The record that a script answered with the body of its response; null if there is none. */
    static @Nullable OperationRecord whole(@Nullable Object answered) {
        return read(answered, true);
    }

    /** The record that a script answered without the body; null if there is none. */
    static @Nullable OperationRecord listed(@Nullable Object answered) {
        return read(answered, false);
    }

    private static @Nullable OperationRecord read(@Nullable Object answered, boolean whole) {
        if (answered == null) {
            return null;
        }
        try {
            return read((byte[]) answered, whole);
        } catch (RuntimeException e) {
            throw new StoreException("A record in Redis is damaged, or was written by a newer release", e);
        }
    }

    private static OperationRecord read(byte[] record, boolean whole) {
        int lineEnd = 0;
        while (record[lineEnd] != '\n') {
            lineEnd++;
        }
        String[] line = new String(record, 0, lineEnd, US_ASCII).split(" ", -1);
        int start = lineEnd + 1;
        int idEnd = start + Integer.parseInt(line[ID_LENGTH]);
        int aboutEnd = start + Integer.parseInt(line[ABOUT_LENGTH]);
        int textEnd = aboutEnd + Integer.parseInt(line[TEXT_LENGTH]);
        byte[] text = Arrays.copyOfRange(record, aboutEnd, textEnd);
        Instant until = instant(Long.parseLong(line[UNTIL]));
        Instant since = instant(Long.parseLong(line[SINCE]));
        OperationState state = switch (line[STATE]) {
            case "r", "w" -> new Running(owner(new String(text, UTF_8)), until);
            case "u" -> new Unknown(new String(text, UTF_8), since, until);
            case "c" ->
                new Completed(
                        response(text, whole ? Arrays.copyOfRange(record, textEnd, record.length) : null),
                        since,
                        until);
            default -> throw new IllegalArgumentException("The unknown state " + line[STATE]);
        };
        return new OperationRecord(
                id(new String(record, start, idEnd - start, UTF_8)),
                fingerprint(ByteBuffer.wrap(record, idEnd, aboutEnd - idEnd)),
                new FencingToken(Long.parseLong(line[TOKEN])),
                Integer.parseInt(line[ATTEMPT]),
                instant(Long.parseLong(line[CREATED])),
                state);
    }

    private static OperationId id(String text) {
        String[] parts = text.split("\n", -1);
        return new OperationId(new Scope(parts[0], parts[1]), new IdempotencyKey(parts[2]));
    }

    private static RequestFingerprint fingerprint(ByteBuffer bytes) {
        int version = bytes.getInt();
        byte[] digest = new byte[bytes.remaining()];
        bytes.get(digest);
        return new RequestFingerprint(version, digest);
    }

    private static Owner owner(String text) {
        int colon = text.indexOf(':');
        return new Owner(text.substring(colon + 1), Long.parseLong(text.substring(0, colon)));
    }

    /** @param body null if it is not to be shown */
    private static Response response(byte[] text, byte @Nullable [] body) {
        Response head = ResponseCodec.decode(text);
        if (head.body().isOmitted()) {
            return head;
        }
        return head.withBody(body == null ? Body.OMITTED : Body.of(body));
    }
}
