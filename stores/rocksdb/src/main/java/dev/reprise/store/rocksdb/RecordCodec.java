package dev.reprise.store.rocksdb;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record, whose key holds its id.
 *
 * <p>Format 3, in this order: the format; the fingerprint's version and digest; token; attempt; time of creation; the
 * state's kind; and then by kind
 *
 * <ul>
 *   <li>running: node and number of the owner, end of the lease
 *   <li>completed: times of completion and expiry, status, headers, trailers, whether the body was omitted, body
 *   <li>unknown: reason, time, and until when somebody has the turn to ask what happened, which format 1 has not; node and number of
 *       the last owner, empty and 0 if it is not known, which formats 1 and 2 have not
 * </ul>
 *
 * <p>A format, once released, is read for ever; a change of layout gets a new number.
 */
final class RecordCodec {
    private static final int FORMAT = 3;
    private static final int WITH_OWNER = 3;
    private static final int FIRST_FORMAT = 1;
    private static final int RUNNING = 1;
    private static final int COMPLETED = 2;
    private static final int UNKNOWN = 3;

    private RecordCodec() {}

    static byte[] encode(OperationRecord record) {
        Encoder encoder = new Encoder(expectedLength(record.state()));
        encode(record, encoder);
        return encoder.toBytes();
    }

    /** Writes the record; a decoder that goes on behind one of a running operation is where the next thing begins. */
    static void encode(OperationRecord record, Encoder encoder) {
        encoder.oneByte(FORMAT)
                .number(record.fingerprint().version())
                .counted(record.fingerprint().digest())
                .number(record.token().value())
                .number(record.attempt())
                .time(record.createdAt());
        switch (record.state()) {
            case Running running ->
                encoder.oneByte(RUNNING)
                        .text(running.owner().node())
                        .number(running.owner().claim())
                        .time(running.leaseEnd());
            case Completed completed -> {
                Response response = completed.response();
                encoder.oneByte(COMPLETED)
                        .time(completed.completedAt())
                        .time(completed.expiresAt())
                        .number(response.status());
                headers(encoder, response.headers());
                headers(encoder, response.trailers());
                encoder.oneByte(response.body().isOmitted() ? 1 : 0)
                        .rest(response.body().bytes());
            }
            case Unknown unknown ->
                encoder.oneByte(UNKNOWN)
                        .text(unknown.reason())
                        .time(unknown.since())
                        .time(unknown.reconcileAfter())
                        .text(unknown.owner() == null ? "" : unknown.owner().node())
                        .number(unknown.owner() == null ? 0 : unknown.owner().claim());
        }
    }

    private static int expectedLength(OperationState state) {
        return state instanceof Completed completed
                ? 192
                        + 64 * completed.response().headers().size()
                        + completed.response().body().length()
                : 192;
    }

    private static void headers(Encoder encoder, Headers headers) {
        encoder.number(headers.size());
        headers.forEach((name, value) -> encoder.text(name).text(value));
    }

    static OperationRecord decode(OperationId id, byte[] value) {
        return decode(id, new Decoder(value));
    }

    static OperationRecord decode(OperationId id, Decoder decoder) {
        try {
            return record(id, decoder);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw StoreException.unreadable("The record of " + id + " is damaged", e);
        }
    }

    private static OperationRecord record(OperationId id, Decoder decoder) {
        int format = decoder.oneByte();
        if (format < FIRST_FORMAT || format > FORMAT) {
            throw StoreException.unreadable(
                    "The record of " + id + " has format " + format + ", which this release cannot read", null);
        }
        RequestFingerprint fingerprint = new RequestFingerprint(decoder.smallNumber(), decoder.counted());
        FencingToken token = new FencingToken(decoder.number());
        int attempt = decoder.smallNumber();
        return new OperationRecord(id, fingerprint, token, attempt, decoder.time(), state(id, format, decoder));
    }

    private static OperationState state(OperationId id, int format, Decoder decoder) {
        int kind = decoder.oneByte();
        return switch (kind) {
            case RUNNING -> new Running(new Owner(decoder.text(), decoder.number()), decoder.time());
            case COMPLETED -> {
                var completedAt = decoder.time();
                var expiresAt = decoder.time();
                int status = decoder.smallNumber();
                Headers headers = headers(decoder);
                Headers trailers = headers(decoder);
                Body body = decoder.oneByte() == 1 ? Body.OMITTED : Body.of(decoder.rest());
                yield new Completed(new Response(status, headers, body, trailers), completedAt, expiresAt);
            }
            case UNKNOWN -> {
                String reason = decoder.text();
                var since = decoder.time();
                var reconcileAfter = format == FIRST_FORMAT ? since : decoder.time();
                yield new Unknown(reason, since, reconcileAfter, format < WITH_OWNER ? null : lastOwner(decoder));
            }
            default ->
                throw StoreException.unreadable("The record of " + id + " is in the unknown state " + kind, null);
        };
    }

    private static @Nullable Owner lastOwner(Decoder decoder) {
        String node = decoder.text();
        long claim = decoder.number();
        return node.isEmpty() ? null : new Owner(node, claim);
    }

    private static Headers headers(Decoder decoder) {
        int size = decoder.smallNumber();
        Headers.Builder headers = Headers.builder();
        for (int i = 0; i < size; i++) {
            headers.add(decoder.text(), decoder.text());
        }
        return headers.build();
    }
}
