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
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.ResponseCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record as one string, which the scripts read and write: first what they compare, each part at its place, and behind it what they do
 * not look into.
 *
 * <p>In this order, numbers with the highest byte first: the state, which is {@code r} for running, {@code w} for running while somebody
 * waits for its end, {@code u} for unknown and {@code c} for completed, and another letter if ever a record looks otherwise; until when
 * that holds (the end of the lease or of the retention, or when somebody may ask again what happened) and since when, 8 bytes each; the
 * token, 8 bytes; the attempt, 4; when it was created, 8; the length of the id, and of the id and the fingerprint, 4 each; these; the
 * length of the text, 4; the text, which is the owner, the reason or the head of the response. What remains is the body; of an unknown
 * operation it is the owner, unless an earlier release has written it. Times are in microseconds.
 */
final class RecordText {
    /** By how much Redis's expiry of a record, which its own clock in milliseconds tells, may be later than needed. */
    private static final int SPARE_MILLIS = 10;

    /** Where a record says since when its state holds, behind the state and until when. */
    private static final int WHEN = 1 + Long.BYTES;

    private static final int ROUND_UP = 999;
    private static final int NANOS_PER_MICRO = 1000;

    private RecordText() {}

    /**
     * What a claim's record has from the lengths on.
     *
     * @param id the whole id
     */
    static byte[] of(Claim claim, byte[] id) {
        byte[] digest = claim.fingerprint().digest();
        byte[] owner = (claim.owner().claim() + ":" + claim.owner().node()).getBytes(UTF_8);
        int about = id.length + Integer.BYTES + digest.length;
        return ByteBuffer.allocate(3 * Integer.BYTES + about + owner.length)
                .putInt(id.length)
                .putInt(about)
                .put(id)
                .putInt(claim.fingerprint().version())
                .put(digest)
                .putInt(owner.length)
                .put(owner)
                .array();
    }

    /** What the record of a finished operation has from the length of the text on. */
    static byte[] of(Response response) {
        byte[] head = head(response);
        byte[] body = response.body().bytes();
        return ByteBuffer.allocate(Integer.BYTES + head.length + body.length)
                .putInt(head.length)
                .put(head)
                .put(body)
                .array();
    }

    /** What the record of an unknown operation has from the length of the text on. */
    static byte[] of(String reason) {
        byte[] text = reason.getBytes(UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + text.length)
                .putInt(text.length)
                .put(text)
                .array();
    }

    /** The whole id: none of its parts holds a line end. */
    static byte[] id(OperationId id) {
        return (id.scope().principal() + "\n" + id.scope().route() + "\n"
                        + id.key().value())
                .getBytes(UTF_8);
    }

    /** What listings need of a response, and whether it has a body. */
    private static byte[] head(Response response) {
        return ResponseCodec.encode(response.body().isOmitted() ? response : response.withBody(Body.EMPTY));
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    static byte[] token(FencingToken token) {
        return ByteBuffer.allocate(Long.BYTES).putLong(token.value()).array();
    }

    /** In microseconds, as the scripts count, and rather longer than shorter. */
    static byte[] micros(Duration duration) {
        return text((duration.toNanos() + ROUND_UP) / NANOS_PER_MICRO);
    }

    /** For how long Redis keeps a record of which the scripts tell exactly when it is over. */
    static byte[] millis(Duration retention) {
        return text(retention.toMillis() + SPARE_MILLIS);
    }

    /** Whether a script answered that the claim is its caller's. */
    static boolean isAcquired(byte[] answer) {
        return answer.length == Long.BYTES + Integer.BYTES;
    }

    /** The lease that a script gave. */
    static Lease lease(Claim claim, byte[] answer) {
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        return new Lease(claim.id(), new FencingToken(bytes.getLong()), bytes.getInt(), claim.lease());
    }

    /** The server's time, with which the script began its answer. */
    static Instant time(byte[] answer) {
        return instant(timeMicros(answer));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** The server's time, with which the script began its answer, in microseconds. */
    static long timeMicros(byte[] answer) {
        return ByteBuffer.wrap(answer).getLong();
    }

    /** Whether a script answered the record of a finished operation behind the time. */
    static boolean isFinished(byte[] answer) {
        return answer.length >= Long.BYTES + WHEN + Long.BYTES && answer[Long.BYTES] == 'c';
    }

    /** When it was finished, in microseconds. */
    static long finishedMicros(byte[] answer) {
        return ByteBuffer.wrap(answer).getLong(Long.BYTES + WHEN);
    }

    /** Whether the record that begins like that is running. */
    static boolean isRunning(byte[] beginning) {
        return beginning.length > 0 && (beginning[0] == 'r' || beginning[0] == 'w');
    }

    /** The record that a script answered behind the time, with the body of its response; null if there is none. */
    static @Nullable OperationRecord whole(byte[] answer) {
        return read(answer, true);
    }

    /** The record that a script answered behind the time, without the body; null if there is none. */
    static @Nullable OperationRecord listed(byte[] answer) {
        return read(answer, false);
    }

    private static @Nullable OperationRecord read(byte[] answer, boolean whole) {
        if (answer.length == Long.BYTES) {
            return null;
        }
        try {
            return read(ByteBuffer.wrap(answer, Long.BYTES, answer.length - Long.BYTES), whole);
        } catch (RuntimeException e) {
            throw StoreException.unreadable("A record in Redis is damaged, or was written by a newer release", e);
        }
    }

    private static OperationRecord read(ByteBuffer record, boolean whole) {
        char letter = (char) record.get();
        Instant until = instant(record.getLong());
        Instant since = instant(record.getLong());
        FencingToken token = new FencingToken(record.getLong());
        int attempt = record.getInt();
        Instant created = instant(record.getLong());
        int idLength = record.getInt();
        int aboutLength = record.getInt();
        OperationId id = id(string(record, idLength));
        RequestFingerprint fingerprint =
                new RequestFingerprint(record.getInt(), bytes(record, aboutLength - idLength - Integer.BYTES));
        int textLength = record.getInt();
        OperationState state = switch (letter) {
            case 'r', 'w' -> new Running(owner(string(record, textLength)), until);
            case 'u' -> {
                String reason = string(record, textLength);
                Owner owner = record.hasRemaining() ? owner(string(record, record.remaining())) : null;
                yield new Unknown(reason, since, until, owner);
            }
            case 'c' -> {
                byte[] head = bytes(record, textLength);
                yield new Completed(response(head, whole ? bytes(record, record.remaining()) : null), since, until);
            }
            default -> throw new IllegalArgumentException("The unknown state " + letter);
        };
        return new OperationRecord(id, fingerprint, token, attempt, created, state);
    }

    private static byte[] bytes(ByteBuffer record, int length) {
        byte[] bytes = new byte[Objects.checkIndex(length, record.remaining() + 1)];
        record.get(bytes);
        return bytes;
    }

    private static String string(ByteBuffer record, int length) {
        return new String(bytes(record, length), UTF_8);
    }

    private static OperationId id(String text) {
        String[] parts = text.split("\n", -1);
        return new OperationId(new Scope(parts[0], parts[1]), new IdempotencyKey(parts[2]));
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
